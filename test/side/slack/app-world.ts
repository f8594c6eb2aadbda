// The app between the Slack of tests and the sandbox, in this process.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseWebhook, toCallEvent } from '@movoice-kit/core/events'
import { createSandbox, type Sandbox } from '@movoice-kit/sandbox'
import { createSlack, defaultNames, type SlackApp, type SlackOptions } from '@movoice-kit/slack'
import { clean } from '../../../packages/slack/src/calls/log.ts'
import { APP_TOKEN, BOT_TOKEN, type Mode, SIGNING_SECRET, SlackWorld } from './slack-world.ts'

/** Noon in New York on a day of winter: a time to call the sandbox's numbers, whenever the tests run. */
export const NOON = Date.UTC(2026, 0, 15, 17)

export interface World {
  readonly slack: SlackWorld
  readonly sandbox: Sandbox
  readonly log: string[]
  app: SlackApp
  /** The app's clock, in ms. */
  now(): number
  /** Moves both clocks. */
  advance(seconds: number): Promise<void>
  /** What the phone network saw. */
  rings(): Promise<{ readonly recipient_phone: string; readonly call_id: string }[]>
  control(path: string, body?: object): Promise<unknown>
  /** Stops the app and starts it again on the same storage. */
  restart(): Promise<void>
  close(): Promise<void>
}

let usual: Mode = 'http'
/** How worlds are made that are not told. */
export const usualMode = (mode: Mode): void => {
  usual = mode
}

export async function createWorld(mode: Mode = usual, change: Partial<SlackOptions> = {}): Promise<World> {
  const slack = await SlackWorld.start(mode)
  const sandbox = await createSandbox({ speed: 0, startAt: NOON / 1000, plan: '10000x1000' })
  const folder = mkdtempSync(join(tmpdir(), 'movoice-slack-'))
  const log: string[] = []
  let shift = NOON - Date.now()
  const clock = {
    now: () => Date.now() + shift,
    sleep: (
      ms: number,
      signal?: { readonly aborted: boolean; addEventListener(type: 'abort', listener: () => void): void },
    ) =>
      new Promise<void>((resolve) => {
        if (signal?.aborted) return resolve()
        const timer = setTimeout(resolve, ms)
        signal?.addEventListener('abort', () => {
          clearTimeout(timer)
          resolve()
        })
      }),
  }
  const options: SlackOptions = {
    access: { botToken: BOT_TOKEN },
    door: mode === 'http' ? { signingSecret: SIGNING_SECRET } : { appToken: APP_TOKEN },
    port: 0,
    storage: { folder },
    names: defaultNames,
    movoice: { apiKey: sandbox.apiKey, baseUrl: sandbox.baseUrl },
    slackApiUrl: slack.apiUrl,
    // Sweeps happen when a test asks for them.
    sweepMs: 3_600_000,
    clock,
    log: {
      info: (fields, message) => log.push(clean(JSON.stringify({ message, ...fields }))),
      warn: (fields, message) => log.push(clean(JSON.stringify({ message, ...fields }))),
      error: (fields, message) => log.push(clean(JSON.stringify({ message, ...fields }))),
    },
    ...change,
  }
  const start = async (): Promise<SlackApp> => {
    const app = await createSlack(options)
    slack.appUrl = app.url ?? ''
    return app
  }
  const control = async (path: string, body?: object): Promise<unknown> => {
    const answer = await fetch(
      `${sandbox.controlUrl}${path}`,
      body === undefined
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
    )
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }
  const world: World = {
    slack,
    sandbox,
    log,
    app: await start(),
    control,
    now: () => clock.now(),
    advance: async (seconds) => {
      shift += seconds * 1000
      await control('/advance', { seconds })
    },
    rings: async () => {
      const seen = (await control('/calls')) as { calls?: unknown } | unknown[]
      return (Array.isArray(seen) ? seen : seen.calls) as { recipient_phone: string; call_id: string }[]
    },
    restart: async () => {
      await world.app.close()
      world.app = await start()
    },
    close: async () => {
      await world.app.close()
      await sandbox.close()
      await slack.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  return world
}

/** A webhook of Movoice's, as the hooks server hands it on. */
export const eventOf = (webhook: object) =>
  toCallEvent(parseWebhook(webhook), undefined, { receivedAt: NOON })
