// One hooks server of the cluster: the same command that runs in production, as a process of its own.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export const TOKEN = 'a-token-for-this-example'
export const SECRET = 'a-webhook-secret-for-this-example'

const bin = join(import.meta.dirname, '../../packages/hooks/src/bin.ts')

export interface Worker {
  readonly name: string
  readonly url: string
  /** Set while it takes webhooks: what a load balancer learns from `/readyz`. */
  inRotation: boolean
  /** Ends it: `SIGTERM` lets it finish what it has in hand. Resolves to how long that took, in milliseconds. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number>
}

export async function startWorker(name: string, databaseUrl: string): Promise<Worker> {
  const child = spawn(
    process.execPath,
    [
      '--conditions=source',
      '--disable-warning=ExperimentalWarning',
      bin,
      '--port',
      '0',
      '--database-url',
      databaseUrl,
    ],
    {
      env: { ...process.env, HOOKS_TOKEN: TOKEN, MOVOICE_WEBHOOK_SECRET: SECRET, HOOKS_LOG_LEVEL: 'silent' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const url = await new Promise<string>((resolve, reject) => {
    let text = ''
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code} before it was ready.`)))
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8')
      const found = /hooks ready on (\S+)/.exec(text)?.[1]
      if (found !== undefined) resolve(found)
    })
  })
  child.removeAllListeners('exit')
  return {
    name,
    url,
    inRotation: true,
    end: async (signal) => {
      const began = performance.now()
      if (child.exitCode !== null || child.signalCode !== null) return 0
      const over = once(child, 'exit')
      child.kill(signal)
      await over
      return performance.now() - began
    },
  }
}
