import { createRequire } from 'node:module'
import { defineConfig } from 'vitest/config'

// Tests run the sources: the `source` condition points every workspace package at its src/.
export const conditions = ['source', 'module', 'node', 'default']

// n8n's packages come from the side folder that has its engine, one copy for all: the nodes are run by that engine.
const engine = createRequire(new URL('test/side/n8n-engine/package.json', import.meta.url))
export const alias = { 'n8n-workflow': engineFile('n8n-workflow') }

function engineFile(name: string): string {
  try {
    return engine.resolve(name)
  } catch {
    return name // Not installed: whoever imports it is told so.
  }
}

const report = process.env.TEST_REPORT

/** A report as JSON too, where TEST_REPORT names a file for it. */
export const reporters: ('default' | ['json', { outputFile: string }])[] =
  report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]]

const CORE = 'packages/core/src/**/*.test.ts'

export default defineConfig({
  resolve: { conditions, alias },
  ssr: { resolve: { conditions } },
  test: {
    reporters,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      // core keeps nothing between its files, so they may share a worker: half of its time was starting new ones.
      // Some wait for a clock or a socket, so one more than there are cores leaves none idle.
      { extends: true, test: { name: 'core', include: [CORE], isolate: false, maxWorkers: 3 } },
      {
        extends: true,
        test: {
          name: 'rest',
          include: [
            'packages/*/src/**/*.test.ts',
            'test/*/*.test.ts',
            'test/side/*/*.test.ts',
            'scripts/*.test.ts',
          ],
          exclude: ['**/node_modules/**', CORE, 'test/heavy/**', 'test/chaos/**'],
        },
      },
    ],
  },
})
