import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { CommandError } from '@movoice-kit/core/command'
import type { Keeper } from './keeper.ts'
import { type Saved, savedBatch, savedCall } from './saved.ts'

type Kind = 'meta' | 'call' | 'batch' | 'agent' | 'delivery' | 'webhook' | 'refused'
type Line = readonly [kind: Kind, key: string | number, value: unknown]

/**
 * The state as a file of lines, each the newest form of one thing: appended as things change, so that a sandbox
 * that is killed loses no more than its last moment, and written anew when it is opened.
 */
export class Journal {
  readonly saved: Saved | undefined
  readonly keeper: Keeper
  readonly #lock: string
  readonly #file: number
  readonly #changed = new Map<string, () => Line>()
  #now: () => number = () => 0
  #seed = 0
  #planned: NodeJS.Immediate | undefined
  #started = false
  /** Closed, or failed: nothing is written any more, least of all to a file number that may be another's by now. */
  #ended = false

  /** @throws {@link CommandError} if the folder cannot be used */
  constructor(folder: string) {
    const path = join(folder, 'sandbox.jsonl')
    this.#lock = join(folder, 'sandbox.lock')
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      takeLock(this.#lock, folder)
      const lines = existsSync(path) ? newest(readFileSync(path, 'utf8')) : []
      this.saved = fromLines(lines)
      const fresh = `${path}.new`
      writeFileSync(fresh, lines.map((line) => `${JSON.stringify(line)}\n`).join(''), {
        mode: 0o600,
        flush: true,
      })
      renameSync(fresh, path)
      this.#file = openSync(path, 'a', 0o600)
    } catch (error) {
      throw explained(error, folder)
    }
    this.keeper = {
      call: (call) => this.#put('call', call.n, () => savedCall(call)),
      batch: (batch) => this.#put('batch', batch.n, () => savedBatch(batch)),
      agent: (agent) => this.#put('agent', agent.agent_id, () => agent),
      delivery: (delivery) => this.#put('delivery', delivery.id, () => delivery),
      webhook: (target) => this.#put('webhook', '', () => target ?? null),
      refused: (phone) => this.#put('refused', phone, () => true),
    }
  }

  /** Begins to write. */
  start(seed: number, now: () => number): void {
    this.#seed = seed
    this.#now = now
    this.#started = true
    this.#plan()
  }

  /** Forgets everything, as the sandbox does. */
  reset(): void {
    this.#changed.clear()
    ftruncateSync(this.#file)
    this.#plan()
  }

  close(): void {
    if (this.#started) this.#flush()
    clearImmediate(this.#planned)
    if (!this.#ended) fsyncSync(this.#file)
    this.#ended = true
    closeSync(this.#file)
    rmSync(this.#lock, { force: true })
    inUse.delete(resolve(this.#lock))
  }

  #put(kind: Kind, key: string | number, value: () => unknown): void {
    if (this.#ended) return
    this.#changed.set(`${kind} ${key}`, () => [kind, key, value()])
    this.#plan()
  }

  #plan(): void {
    this.#planned ??= setImmediate(() => this.#flush())
  }

  /** Writes what changed, so that it outlives this process; it happens by itself a moment later otherwise. */
  flush(): void {
    if (this.#changed.size > 0) this.#flush()
  }

  #flush(): void {
    clearImmediate(this.#planned)
    this.#planned = undefined
    if (this.#ended) return
    const lines: Line[] = [...this.#changed.values()].map((line) => line())
    this.#changed.clear()
    lines.push(['meta', 'now', { seed: this.#seed, now: this.#now() }])
    try {
      appendFileSync(this.#file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
    } catch (error) {
      this.#ended = true
      const code = (error as { readonly code?: string }).code ?? 'failed'
      process.emitWarning(`The sandbox goes on in memory: its state could not be written (${code}).`)
    }
  }
}

/** The newest line of each thing, in the order in which the things first came. A torn last line is left out. */
function newest(text: string): Line[] {
  const lines = new Map<string, Line>()
  for (const row of text.split('\n')) {
    if (row === '') continue
    try {
      const line = JSON.parse(row) as Line
      lines.set(`${line[0]} ${line[1]}`, line)
    } catch {
      // Only a line cut off by a crash is unreadable: what it would have told is lost with that moment.
    }
  }
  return [...lines.values()]
}

function fromLines(lines: readonly Line[]): Saved | undefined {
  const of = <T>(kind: Kind): T[] => lines.filter((line) => line[0] === kind).map((line) => line[2] as T)
  const meta = of<{ seed: number; now: number }>('meta')[0]
  if (meta === undefined) return undefined
  return {
    ...meta,
    webhook: of<Saved['webhook']>('webhook')[0] ?? null,
    calls: of<Saved['calls'][number]>('call').sort((a, b) => a.n - b.n),
    batches: of<Saved['batches'][number]>('batch').sort((a, b) => a.n - b.n),
    agents: of('agent'),
    deliveries: of('delivery'),
    refused: lines.filter(([kind]) => kind === 'refused').map(([, key]) => String(key)),
  }
}

/** Folders that sandboxes of this process use: the process number in the lock cannot tell these apart. */
const inUse = new Set<string>()

function takeLock(lock: string, folder: string): void {
  const busy = () =>
    new CommandError(`The folder ${folder} is in use by another sandbox.`, {
      hint: 'Stop it, or choose another folder with --data.',
    })
  if (inUse.has(resolve(lock))) throw busy()
  if (existsSync(lock)) {
    const owner = Number(readFileSync(lock, 'utf8'))
    if (owner !== process.pid && isRunning(owner)) throw busy()
  }
  writeFileSync(lock, String(process.pid), { mode: 0o600 })
  inUse.add(resolve(lock))
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as { readonly code?: string }).code === 'EPERM'
  }
}

function explained(error: unknown, folder: string): unknown {
  const code = (error as { readonly code?: string }).code
  const why: Record<string, string> = {
    EACCES: 'this user may not write there',
    EPERM: 'this user may not write there',
    EROFS: 'it is on a disk that may only be read',
    ENOSPC: 'the disk is full',
    ENOTDIR: 'it is a file, or below one',
    EEXIST: 'it is a file',
  }
  if (code === undefined || why[code] === undefined) return error
  return new CommandError(`The state cannot be kept in ${folder}: ${why[code]}.`, {
    hint: 'Choose another folder with --data.',
  })
}
