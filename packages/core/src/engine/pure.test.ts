import { createContext, runInContext } from 'node:vm'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { KEY, PhoneNetwork, VirtualClock } from '../testing/index.ts'
import type * as Kit from './index.ts'

/** What is bundled of contract and engine, as one script that leaves its exports in `kit`. */
async function bundle(): Promise<{ code: string; inputs: string[] }> {
  const result = await build({
    stdin: {
      contents: "export * from '../contract/index.ts'; export * from './index.ts'",
      resolveDir: import.meta.dirname,
      loader: 'ts',
    },
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'kit',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    metafile: true,
  })
  return { code: result.outputFiles[0]?.text ?? '', inputs: Object.keys(result.metafile.inputs) }
}

describe('contract and engine', () => {
  it('need nothing of Node or of a browser: they run in a bare context', async () => {
    const { code, inputs } = await bundle()
    expect(inputs.filter((path) => /axios|libphonenumber|\/transport\/|\/events\//.test(path))).toEqual([])
    const bare = createContext({}, { codeGeneration: { strings: false, wasm: false } })
    const missing =
      'process Buffer setTimeout setImmediate queueMicrotask URL URLSearchParams TextDecoder AbortController fetch'
    expect(
      runInContext(`'${missing}'.split(' ').filter((name) => typeof globalThis[name] !== 'undefined')`, bare),
    ).toHaveLength(0)
    const kit = runInContext(`${code}; kit`, bare) as typeof Kit

    const clock = new VirtualClock()
    const network = new PhoneNetwork(clock)
    network.fate = (post) => ({ places: true, answer: post === 0 ? 500 : 'good' })
    const movoice = new kit.MovoiceClient(
      { apiKey: KEY, plan: 'starter' },
      { transport: network.transport, clock, random: () => 0.5 },
    )
    const input = { agent_id: 'agent_a', recipient_phone: '+12025550101' }
    // Placing with a lost answer goes through most of the engine: retries, the list, pages, the pacer and the gate.
    const call = await clock.run(movoice.calls.create(input))
    expect(call).toMatchObject({ call_id: 'call_1', reconciled: true })
    const { items } = await clock.run(Promise.resolve(movoice.calls.list({ limit: 150 })))
    expect(items).toHaveLength(1)
    const wait = movoice.calls.waitUntilDone('call_1', { timeoutMs: 50_000 })
    await expect(clock.run(wait)).rejects.toMatchObject({ code: 'still_running' })
    await expect(movoice.calls.create({ ...input, recipient_phone: '12' })).rejects.toMatchObject({
      name: 'ValidationError',
    })
    const cancel = new kit.Cancellation()
    cancel.cancel()
    const aborted = movoice.calls.create(input, { signal: cancel.signal })
    await expect(aborted).rejects.toMatchObject({ name: 'AbortedError', sent: 'no' })
  })
})

describe('what a subpath pulls in', () => {
  const inputsOf = async (file: string) => {
    const result = await build({
      entryPoints: [`${import.meta.dirname}/../${file}`],
      bundle: true,
      write: false,
      platform: 'node',
      format: 'esm',
      metafile: true,
    })
    return Object.keys(result.metafile.inputs)
  }
  it.each(['client.ts', 'transport/fetch.ts', 'contract/index.ts', 'events/index.ts'])(
    '%s brings no axios and no phone metadata',
    async (file) => {
      expect(
        (await inputsOf(file)).filter((path) => /node_modules\/(axios|libphonenumber)/.test(path)),
      ).toEqual([])
    },
  )
})
