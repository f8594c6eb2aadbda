import { defineConfig } from 'vitest/config'
import { conditions, reporters } from './vitest.config.ts'

const suite = process.env.HEAVY ?? '*'

/** The suites of test/heavy, one at a time: each has processes and ports of its own to look after. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: [`test/heavy/${suite}/*.test.ts`],
    reporters,
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
})
