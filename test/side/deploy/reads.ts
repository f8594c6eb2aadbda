import type { CommandIo } from '@movoice-kit/core/command'
import { runCommand } from '@movoice-kit/core/command'
import { hooksCommand } from '@movoice-kit/hooks/command'

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
  /** The names of the environment that it asked for. */
  readonly read: ReadonlySet<string>
}

/** Runs the hooks server's command until it is ready, then `whileReady`, then stops it as SIGTERM would. */
export async function runHooks(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  whileReady: (url: string) => Promise<void> = async () => {},
): Promise<Ran> {
  const read = new Set<string>()
  const stop = new AbortController()
  const out: string[] = []
  const err: string[] = []
  let work: Promise<void> = Promise.resolve()
  const io: CommandIo = {
    stdout: {
      write: (text: string) => {
        out.push(text)
        const url = /hooks ready on (\S+)/.exec(text)?.[1]
        if (url !== undefined) {
          work = whileReady(url).finally(() => stop.abort())
          work.catch(() => {})
        }
      },
    },
    stderr: { write: (text: string) => err.push(text) },
    env: new Proxy(env, {
      get: (all, name) => {
        if (typeof name === 'string') read.add(name)
        return Reflect.get(all, name) as unknown
      },
    }),
    signal: stop.signal,
    clock: { now: Date.now, sleep: () => Promise.resolve() },
  }
  const code = await runCommand(hooksCommand(io), args, io)
  await work
  return { code, out: out.join(''), err: err.join(''), read }
}
