import { spawnSync } from 'node:child_process'

/**
 * Whether a program is on this machine, for tests of what is written for it. Where every one has to be, which is what
 * `npx pnpm@12 test:tools` sees to, a missing one is a failure.
 *
 * @param args with which it ends well and does nothing, such as `--version`
 */
export function atHand(command: string, ...args: string[]): boolean {
  const there = spawnSync(command, args, { stdio: 'ignore' }).status === 0
  if (!there && process.env.EVERY_TOOL === 'yes') {
    throw new Error(`"${[command, ...args].join(' ')}" does not run on this machine, and every tool has to.`)
  }
  return there
}
