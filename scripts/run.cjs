// Starts a TypeScript source of the workspace, or says in a sentence why it cannot. Written for the oldest Node
// that may come along, so that it is this file that speaks and not a syntax error.
'use strict'
var version = process.versions.node.split('.').map(Number)
var event = process.env.npm_lifecycle_event || ''
var task = ['movoice', 'bench', 'example'].indexOf(event) < 0 ? 'demo' : event

// Before anything is loaded: the oldest ones do not know the prefix of what follows.
if (version[0] < 22 || (version[0] === 22 && version[1] < 19)) {
  stop(
    'This needs Node 22.19 or newer, and this is Node ' +
      process.versions.node +
      '. With Node 18 or newer, run "npx pnpm@12 ' +
      task +
      '": it brings its own.',
  )
}

var path = require('node:path')
var fs = require('node:fs')
var spawn = require('node:child_process').spawn

if (!fs.existsSync(path.join(__dirname, '..', 'node_modules', '.modules.yaml'))) {
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
