import { defineConfig } from 'vitest/config'

// Tests run the sources: the `source` condition points every workspace package at its src/.
const conditions = ['source', 'module', 'node', 'default']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'test/*/*.test.ts', 'scripts/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/heavy/**'],
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
})
