import { defineConfig } from 'vitest/config'
import { alias, conditions, reporters } from './vitest.config.ts'

const include = (process.env.HEAVY ?? 'test/heavy/*/*.test.ts').split(',')

/** The heavy suites, one file at a time: each has processes and ports of its own to look after. */
export default defineConfig({
  resolve: { conditions, alias },
  ssr: { resolve: { conditions } },
  test: {
    include,
    reporters,
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
})
