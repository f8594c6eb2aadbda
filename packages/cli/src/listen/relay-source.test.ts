// What `movoice listen` says and does when the relay it hears from ends, and comes again or does not.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sampleWebhook, signWebhook } from '@movoice-kit/core/events'
import { freePort, until } from '@movoice-kit/core/testing'
import { createHooks, type Hooks } from '@movoice-kit/hooks'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runCli } from '../testing/run-cli.ts'

const TOKEN = 'a-token-of-some-length'
const folders: string[] = []
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'movoice-listen-'))
  folders.push(folder)
  return folder
}

let port: number
let relay: Hooks | undefined
const start = async (dataDir: string, token = TOKEN) => {
  relay = await createHooks({ token, webhookSecret: 's', port, dataDir })
}
beforeEach(async () => {
  port = await freePort()
})
afterEach(async () => {
  await relay?.close()
  relay = undefined
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** `movoice listen`, and a way to wait for what it says. */
function listen() {
  const stop = new AbortController()
  const said = { text: '' }
  const note = (text: string) => {
    said.text += text
  }
  const env = { HOOKS_TOKEN: TOKEN }
  const options = { signal: stop.signal, onOut: note, onErr: note }
  const ended = runCli(['listen', '--hooks-url', `http://127.0.0.1:${port}`], env, undefined, options)
  return {
    ended,
    stop: () => stop.abort(),
    says: (what: RegExp) => until(() => what.test(said.text), String(what)),
  }
}

async function told(callId: string): Promise<void> {
  const body = JSON.stringify({ ...sampleWebhook('call.completed'), call_id: callId })
  const headers = { 'content-type': 'application/json', 'x-movoice-signature': signWebhook(body, 's') }
  const answer = await fetch(`http://127.0.0.1:${port}/movoice`, { method: 'POST', headers, body })
  expect(answer.status).toBe(202)
}

test('one that comes again delivers as before', async () => {
  const data = newFolder()
  await start(data)
  const listening = listen()
  await listening.says(/Subscribed to the relay/)
  await relay?.close()
  await listening.says(/No word from the relay: .* Asking again every 15 s\./)
  await start(data)
  await listening.says(/The relay answers again\./)
  await told('call_1')
  await listening.says(/call_1 {2}BOOKED/)
  listening.stop()
  const { code, err } = await listening.ended
  expect(code).toBe(130)
  expect(err.match(/No word/g)).toHaveLength(1)
})

test('one that comes again without its data is subscribed to anew', async () => {
  await start(newFolder())
  const listening = listen()
  await listening.says(/Subscribed to the relay/)
  await relay?.close()
  await start(newFolder())
  await listening.says(/The relay had lost the subscription: subscribed anew/)
  await told('call_2')
  await listening.says(/call_2 {2}BOOKED/)
  listening.stop()
  expect((await listening.ended).code).toBe(130)
})

test('one that comes again with another token is left, in a sentence', async () => {
  const data = newFolder()
  await start(data)
  const listening = listen()
  await listening.says(/Subscribed to the relay/)
  await relay?.close()
  await start(data, 'another-token-of-some-length')
  const { code, err } = await listening.ended
  expect(code).toBe(3)
  expect(err).toMatch(/HOOKS_TOKEN/)
})

test('Ctrl-C while it is gone ends as ever, and says what is left behind', async () => {
  await start(newFolder())
  const listening = listen()
  await listening.says(/Subscribed to the relay/)
  await relay?.close()
  await listening.says(/No word from the relay/)
  listening.stop()
  expect(await listening.ended).toMatchObject({
    code: 130,
    err: expect.stringMatching(
      /The subscription could not be taken back: it runs out within 10 minutes\.\nStopped\.\n$/,
    ),
  })
})

test('one that is not there is not said to be subscribed to', async () => {
  const { code, err } = await listen().ended
  expect(code).toBe(4)
  expect(err).not.toContain('Subscribed')
})
