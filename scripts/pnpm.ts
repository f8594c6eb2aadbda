import { execFileSync } from 'node:child_process'

export interface PnpmOptions {
  readonly cwd: string
  readonly env?: NodeJS.ProcessEnv
  /** Shows what pnpm prints; else it is part of the error, if there is one. */
  readonly loud?: boolean
}

/** Runs the pnpm that runs this script, or the pinned one if none does. Returns what it printed, unless `loud`. */
export function pnpm(args: readonly string[], { cwd, env = process.env, loud = false }: PnpmOptions): string {
  const running = env.npm_execpath ?? ''
  const [command, first] = /pnpm[^/]*$/.test(running) ? [running, []] : ['npx', ['--yes', 'pnpm@12']]
  const printed = execFileSync(command, [...first, ...args], {
    cwd,
    env: { ...env, npm_config_yes: 'true' },
    encoding: 'utf8',
    stdio: ['ignore', loud ? 'inherit' : 'pipe', loud ? 'inherit' : 'pipe'],
  })
  return printed ?? ''
}
