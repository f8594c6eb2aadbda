// Starts a TypeScript source of the workspace, or says in a sentence why it cannot. Written for the oldest Node
// that may come along, so that it is this file that speaks and not a syntax error.
'use strict'
var path = require('node:path')
var fs = require('node:fs')
var spawn = require('node:child_process').spawn

var root = path.join(__dirname, '..')
var version = process.versions.node.split('.').map(Number)
var task = process.env.npm_lifecycle_event || 'demo'

if (version[0] < 22 || (version[0] === 22 && version[1] < 19)) {
  stop(
    'This needs Node 22.19 or newer, and this is Node ' +
      process.versions.node +
      '. Run "npx pnpm@12 ' +
      task +
      '": it brings its own.',
  )
}
if (!fs.existsSync(path.join(root, 'node_modules', '.modules.yaml'))) {
  stop(`The packages are not installed yet. Run "npx pnpm@12 ${task}": it installs them first.`)
}

function stop(sentence) {
  process.stderr.write(`${sentence}\n`)
  process.exit(1)
}

var child = spawn(
  process.execPath,
  ['--conditions=source', '--disable-warning=ExperimentalWarning'].concat(process.argv.slice(2)),
  { stdio: 'inherit' },
)
// The terminal sends Ctrl-C to both; the child decides how to end, this only waits for it.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {
  child.kill('SIGTERM')
})
child.on('exit', (code, signal) => {
  process.exit(signal === null ? code : 130)
})
