// Runs `movoice batch` as its users do, a process of its own, and kills it at moments that nobody chose.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createSandbox, type Sandbox } from '@movoice-kit/sandbox'
import { afterEach, beforeEach, expect } from 'vitest'
import { type Ended, runMovoice } from './run-movoice.ts'

export const envOf = ({ apiKey, baseUrl }: Sandbox) => ({
  MOVOICE_API_KEY: apiKey,
  MOVOICE_BASE_URL: baseUrl,
  NO_COLOR: '1',
})

/** Answers late, so that kills fall into the middle: before or after the call is placed, in turns if both are named. */
export function slowDown(
  sandbox: Sandbox,
  { calls, seconds, when }: { calls: number; seconds: number; when: readonly ('before' | 'after')[] },
): void {
  for (let nth = 0; nth < calls; nth += 1) {
    const moment = when[nth % when.length] ?? 'after'
    sandbox.fault({ kind: 'delay', path: '/call', method: 'POST', seconds, when: moment })
  }
}

/** A folder and a sandbox of its own for each test of a file. */
export function batchPlace() {
  const place = { folder: '', sandbox: undefined as unknown as Sandbox }
  beforeEach(async () => {
    place.folder = mkdtempSync(join(tmpdir(), 'movoice-batch-'))
    place.sandbox = await createSandbox({ plan: 'enterprise' })
  })
  afterEach(async () => {
    await place.sandbox.close()
    rmSync(place.folder, { recursive: true, force: true })
  })
  return place
}

/** A file of so many people, after numbers of the sandbox that answer in the worst ways. */
export function peopleFile(folder: string, people: number, suffixes: readonly string[] = []): string {
  const path = join(folder, 'people.csv')
  const numbers = Array.from({ length: people }, (_, n) => `+1415555${String(n).padStart(4, '0')}`)
  const odd = suffixes.map((suffix) => `+120255501${suffix}`)
  writeFileSync(path, `phone,name\n${[...odd, ...numbers].map((phone) => `${phone},Asha\n`).join('')}`)
  return path
}

export const batchFlags = ['--agent', 'agent_clinic', '--plan', 'enterprise', '--yes']

/** Every row says what the phone network saw; how many rows are not known. */
export function compare(sandbox: Sandbox, { code, out, err }: Ended): number {
  const rows = JSON.parse(out) as { phone: string; state: string; callId: string | null }[]
  const rang = new Map(sandbox.rings().map(({ recipient_phone, call_id }) => [recipient_phone, call_id]))
  const unknown = rows.filter(({ phone }) => !rang.has(phone))
  for (const { phone, state, callId } of rows) {
    const ring = rang.get(phone)
    const expected =
      ring === undefined ? { state: 'unknown', callId: null } : { state: 'placed', callId: ring }
    expect({ phone, state, callId }).toEqual({ phone, ...expected })
  }
  // A claim was written down, and the kill came before it was sent.
  expect(code, err).toBe(unknown.length > 0 ? 5 : 0)
  return unknown.length
}

/** Numbers that rang more than once. */
export function doubleRings(sandbox: Sandbox): string[] {
  const counts = new Map<string, number>()
  for (const { recipient_phone } of sandbox.rings()) {
    counts.set(recipient_phone, (counts.get(recipient_phone) ?? 0) + 1)
  }
  return [...counts].filter(([, count]) => count > 1).map(([phone]) => phone)
}

export interface Killing {
  readonly sandbox: Sandbox
  readonly argv: readonly string[]
  readonly kills: number
  /** 0 to 1. */
  readonly random: () => number
}

/** Starts it and kills it, again and again, then lets it come to its end. */
export async function killAgainAndAgain({ sandbox, argv, kills, random }: Killing) {
  const env = envOf(sandbox)
  let early = 0
  let kill = 0
  for (; kill < kills; kill += 1) {
    const run = runMovoice(argv, env)
    // One in five dies while it starts, the others while they call.
    if (random() < 0.2) await sleep(600 * random())
    else {
      await run.said(/^line \d+ /m)
      await sleep(20 + 200 * random())
    }
    run.kill('SIGKILL')
    const { code } = await run.ended
    if (code === null) continue
    early += 1
    break
  }
  return { killed: kill, early, last: await runMovoice(argv, env).ended }
}
