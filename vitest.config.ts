import { defineConfig } from 'vitest/config'

// Tests run the sources: the `source` condition points every workspace package at its src/.
export const conditions = ['source', 'module', 'node', 'default']

const report = process.env.TEST_REPORT

/** A report as JSON too, where TEST_REPORT names a file for it. */
export const reporters: ('default' | ['json', { outputFile: string }])[] =
  report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]]

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'test/*/*.test.ts',
      'test/side/*/*.test.ts',
      'scripts/*.test.ts',
    ],
    exclude: ['**/node_modules/**', 'test/heavy/**', 'test/chaos/**'],
    reporters,
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
})
