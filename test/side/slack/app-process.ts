// The app in a process of its own, between the Slack of tests and a sandbox; it can be killed and started again.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Sandbox } from '@movoice-kit/sandbox'
import { NOON } from './app-world.ts'
import { BOT_TOKEN, SIGNING_SECRET, type SlackWorld } from './slack-world.ts'

export interface AppProcess {
  readonly url: string
  /** As `kill -9`. */
  kill(): Promise<void>
}

const alive = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of alive) child.kill('SIGKILL')
})

/** @param storage `SLACK_DATA_DIR` or `SLACK_DATABASE_URL`, and what else the process is told */
export async function startApp(
  slack: SlackWorld,
  sandbox: Pick<Sandbox, 'apiKey' | 'baseUrl'>,
  storage: Record<string, string>,
): Promise<AppProcess> {
  const child = spawn(
    process.execPath,
    ['--conditions=source', '--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'child.ts')],
    {
      env: {
        PATH: process.env.PATH ?? '',
        SLACK_BOT_TOKEN: BOT_TOKEN,
        SLACK_SIGNING_SECRET: SIGNING_SECRET,
        SLACK_API_URL: slack.apiUrl,
        MOVOICE_API_KEY: sandbox.apiKey,
        MOVOICE_BASE_URL: sandbox.baseUrl,
        TEST_NOW: String(NOON),
        ...storage,
      },
      // Its log is not read: a pipe that nobody reads would stop it, one that is shared would keep the tests open.
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  )
  alive.add(child)
  child.once('exit', () => alive.delete(child))
  const line = await Promise.race([
    once(child.stdout, 'data').then(([data]) => String(data)),
    once(child, 'exit').then(([code]) => `it ended with ${code}`),
  ])
  const url = /http:\S+/.exec(line)?.[0]
  if (url === undefined) throw new Error(`The app did not start: ${line}`)
  slack.appUrl = url
  return {
    url,
    kill: async () => {
      if (!alive.has(child)) return
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** What the phone network saw. */
export async function ringsOf(sandbox: Pick<Sandbox, 'controlUrl'>): Promise<string[]> {
  const answer = await fetch(`${sandbox.controlUrl}/calls`)
  const { calls } = (await answer.json()) as { readonly calls: readonly { recipient_phone: string }[] }
  return calls.map(({ recipient_phone }) => recipient_phone)
}
