import { createSandbox, type Sandbox } from '@movoice-kit/sandbox'
import { afterAll, beforeAll } from 'vitest'
import { SPEED } from './run-cli.ts'

/** A sandbox for the tests of a file, and what the environment says of it. */
export function withSandbox() {
  let sandbox: Sandbox | undefined
  beforeAll(async () => {
    sandbox = await createSandbox({ speed: SPEED })
  })
  afterAll(() => sandbox?.close())
  const there = (): Sandbox => {
    if (sandbox === undefined) throw new Error('The sandbox runs only while tests do.')
    return sandbox
  }
  return {
    get sandbox() {
      return there()
    },
    get env() {
      const { apiKey, baseUrl } = there()
      return { MOVOICE_API_KEY: apiKey, MOVOICE_BASE_URL: baseUrl }
    },
  }
}
