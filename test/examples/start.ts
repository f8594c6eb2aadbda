import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'

export const examples = join(import.meta.dirname, '../../examples')

export interface Started {
  /** What it said that fits the pattern; fails if it ends without. */
  says(pattern: RegExp): Promise<RegExpExecArray>
  readonly ended: Promise<number | null>
  text(): string
  kill(): void
}

const running = new Set<ChildProcess>()

/** Ends every example that still runs: for `afterEach`. */
export function stopExamples(): void {
  for (const child of running) child.kill('SIGKILL')
  running.clear()
}

/** Starts an example as its reader would, with the kit's sources in place of the published package. */
export function startExample(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Started {
  const child = spawn(
    process.execPath,
    ['--conditions=source', '--disable-warning=ExperimentalWarning', ...args],
    {
      cwd: join(examples, folder),
      env: { ...process.env, PORT: '0', ...env },
    },
  )
  running.add(child)
  let text = ''
  const waiting = new Set<() => void>()
  const read = (chunk: Buffer) => {
    text += chunk.toString()
    for (const wake of waiting) wake()
  }
  child.stdout.on('data', read)
  child.stderr.on('data', read)
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  return {
    says: async (pattern) => {
      for (;;) {
        const found = pattern.exec(text)
        if (found !== null) return found
        const over = await Promise.race([
          ended.then(() => true),
          new Promise<boolean>((resolve) => waiting.add(() => resolve(false))),
        ])
        if (over && !pattern.test(text)) {
          throw new Error(`${args.join(' ')} ended without saying ${pattern}: ${text}`)
        }
      }
    },
    ended,
    text: () => text,
    kill: () => child.kill('SIGKILL'),
  }
}
