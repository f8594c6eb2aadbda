// What a server costs that has nothing to do: the built package, as people install it, beside the least there could be.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { median, ROOT, start, stop } from './load.ts'

const ROUNDS = 5

export interface Idle {
  readonly readyMs: number
  readonly rssMb: number
}

export async function idle(
  folder: string,
  env: Record<string, string>,
): Promise<Record<'built' | 'bare', Idle>> {
  const packages = ['@movoice-kit/core', '@movoice-kit/hooks']
  execFileSync(process.execPath, [join(ROOT, 'scripts/build.ts'), ...packages], { stdio: 'ignore' })
  const servers = {
    built: (data: string) => ['packages/hooks/dist/esm/bin.js', '--port', '0', '--data', data],
    bare: (data: string) => ['test/bench/hooks/bare-server.ts', data],
  }
  const seen = { built: [] as Idle[], bare: [] as Idle[] }
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const name of ['bare', 'built'] as const) {
      const data = join(folder, `idle-${name}-${round}`)
      mkdirSync(data)
      const [script = '', ...args] = servers[name](data)
      const began = performance.now()
      const child = await start(script, args, { ...env, NODE_COMPILE_CACHE: join(folder, 'cache') }, [])
      const readyMs = performance.now() - began
      await sleep(1_500)
      const status = readFileSync(`/proc/${child.process.pid}/status`, 'utf8')
      const rssMb = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024
      await stop(child)
      // The first one fills the compile cache.
      if (round >= 0) seen[name].push({ readyMs, rssMb })
    }
  }
  const middle = (all: readonly Idle[]): Idle => ({
    readyMs: median(all.map((one) => one.readyMs)),
    rssMb: median(all.map((one) => one.rssMb)),
  })
  return { built: middle(seen.built), bare: middle(seen.bare) }
}
