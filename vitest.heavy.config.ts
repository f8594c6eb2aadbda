import { defineConfig } from 'vitest/config'
import { alias, conditions, reporters } from './vitest.config.ts'

const folder = process.env.HEAVY ?? 'test/heavy/*'

/** The heavy suites, one file at a time: each has processes and ports of its own to look after. */
export default defineConfig({
  resolve: { conditions, alias },
  ssr: { resolve: { conditions } },
  test: {
    include: [`${folder}/*.test.ts`],
    reporters,
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
})
