// A disk that forgets what was not synced. The server runs under strace, which writes down every change to its files,
// every sync and every answer, in order. From that, the disk is made as a loss of power may have left it at any moment.
import { Buffer } from 'node:buffer'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const CALLS = 'openat,write,writev,sendto,sendmsg,pwrite64,pwritev,fsync,fdatasync,ftruncate,unlink,rename'

/**
 * What a command is put behind, so that what it does to files and sockets is written to `log`. The tracer stands beside
 * the command (-D): signals go to the command itself.
 */
export const traced = (log: string): string[] => [
  ...['strace', '-D', '-f', '-y', '-xx', '-s', '200000', '--seccomp-bpf'],
  ...['-e', `trace=${CALLS}`, '-e', 'signal=none', '-o', log],
]

export type Step =
  | { readonly kind: 'create' | 'sync' | 'remove'; readonly path: string }
  | { readonly kind: 'write'; readonly path: string; readonly at: number; readonly bytes: Buffer }
  | { readonly kind: 'truncate'; readonly path: string; readonly size: number }
  /** Bytes that left for somebody else: an answer, or a part of one. */
  | { readonly kind: 'said'; readonly text: string }

const unhex = (text: string): Buffer => Buffer.from(text.replaceAll('\\x', ''), 'hex')

/**
 * Reads a log. A call that other threads interrupt stands in two lines; it counts as done where the second is, but what
 * was said counts as said where the first is: both err towards having lost more.
 */
export function readSteps(log: string, folder: string): Step[] {
  const begun = new Map<string, string>()
  const steps: Step[] = []
  const inside = (path: string) => path.startsWith(`${folder}/`) || path === folder
  for (const line of log.split('\n')) {
    const [, thread = '', rest = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? []
    let call = rest
    if (call.endsWith('<unfinished ...>')) {
      begun.set(thread, call.slice(0, -'<unfinished ...>'.length).trimEnd())
      const said = saidBy(call)
      if (said !== undefined) steps.push(said)
      continue
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(call)
    if (resumed !== null) {
      const first = begun.get(thread) ?? ''
      if (saidBy(first) !== undefined) continue
      call = first + (resumed[1] ?? '')
    }
    const step = saidBy(call) ?? stepOf(call, inside)
    if (step !== undefined) steps.push(step)
  }
  return steps
}

function saidBy(call: string): Step | undefined {
  if (
    !/^(write|writev|sendto|sendmsg)\(\d+<\\x73\\x6f\\x63\\x6b\\x65\\x74|^(write|writev|sendto|sendmsg)\(\d+<\\x54\\x43\\x50/.test(
      call,
    )
  ) {
    return undefined
  }
  const parts = [...call.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, hex = '']) =>
    unhex(hex).toString('latin1'),
  )
  return { kind: 'said', text: parts.join('') }
}

function stepOf(call: string, inside: (path: string) => boolean): Step | undefined {
  if (/ = -1 /.test(call)) return undefined
  const name = /^\w+/.exec(call)?.[0] ?? ''
  const fd = /^\w+\(\d+<((?:\\x[0-9a-f]{2})+)>/.exec(call)?.[1]
  const path = fd === undefined ? '' : unhex(fd).toString('utf8')
  switch (name) {
    case 'openat': {
      const hex = /, "((?:\\x[0-9a-f]{2})+)", [A-Z_|]*O_CREAT/.exec(call)?.[1]
      const made = hex === undefined ? '' : unhex(hex).toString('utf8')
      return inside(made) ? { kind: 'create', path: made } : undefined
    }
    case 'unlink': {
      const hex = /"((?:\\x[0-9a-f]{2})+)"/.exec(call)?.[1]
      const gone = hex === undefined ? '' : unhex(hex).toString('utf8')
      return inside(gone) ? { kind: 'remove', path: gone } : undefined
    }
    case 'fsync':
    case 'fdatasync':
      return inside(path) ? { kind: 'sync', path } : undefined
    case 'ftruncate': {
      const size = Number(/>, (\d+)\)/.exec(call)?.[1])
      return inside(path) ? { kind: 'truncate', path, size } : undefined
    }
    case 'pwrite64': {
      if (!inside(path)) return undefined
      const written = /, "((?:\\x[0-9a-f]{2})*)", \d+, (\d+)\)/.exec(call)
      if (written === null) throw new Error(`not understood: ${call.slice(0, 200)}`)
      const [, hex = '', at] = written
      return { kind: 'write', path, at: Number(at), bytes: unhex(hex) }
    }
    case 'write':
    case 'writev':
    case 'pwritev':
    case 'rename':
      // SQLite does none of these to its files. Were it to, this model would not hold.
      if (inside(path)) throw new Error(`${name} on a file of the database is not known here`)
      return undefined
    default:
      return undefined
  }
}

interface FileState {
  bytes: Buffer
  size: number
}

/** The files as they are on the disk: what was synced for certain, and what was written since and may be gone. */
export class Disk {
  readonly #synced = new Map<string, FileState>()
  readonly #pending = new Map<string, Step[]>()

  apply(step: Step): void {
    switch (step.kind) {
      case 'said':
        return
      case 'create':
        if (!this.#synced.has(step.path)) this.#synced.set(step.path, { bytes: Buffer.alloc(0), size: 0 })
        return
      case 'remove':
        this.#synced.delete(step.path)
        this.#pending.delete(step.path)
        return
      case 'sync': {
        const file = this.#synced.get(step.path)
        for (const one of this.#pending.get(step.path) ?? []) if (file !== undefined) change(file, one)
        this.#pending.delete(step.path)
        return
      }
      case 'write':
      case 'truncate': {
        const list = this.#pending.get(step.path)
        if (list === undefined) this.#pending.set(step.path, [step])
        else list.push(step)
      }
    }
  }

  /**
   * Writes the files as they are after a loss of power. Of each change that was not synced, `survives` says whether
   * the disk had come to it all the same; they may survive in any order, and half of a page may.
   */
  restore(folder: string, survives: () => 'no' | 'whole' | 'half'): void {
    mkdirSync(folder, { recursive: true })
    for (const [path, { bytes, size }] of this.#synced) {
      // The index of the log lives in shared memory; it is made anew from the log.
      if (path.endsWith('-shm')) continue
      const file = { bytes: Buffer.from(bytes.subarray(0, size)), size }
      for (const one of this.#pending.get(path) ?? []) {
        const fate = survives()
        if (fate === 'whole') change(file, one)
        else if (fate === 'half' && one.kind === 'write') {
          change(file, { ...one, bytes: one.bytes.subarray(0, one.bytes.length >> 1) })
        }
      }
      writeFileSync(join(folder, path.slice(path.lastIndexOf('/') + 1)), file.bytes.subarray(0, file.size))
    }
  }
}

function change(file: FileState, step: Step): void {
  if (step.kind === 'truncate') {
    if (step.size < file.size) file.bytes.fill(0, step.size, file.size)
    grow(file, step.size)
    file.size = step.size
  } else if (step.kind === 'write') {
    const end = step.at + step.bytes.length
    grow(file, end)
    step.bytes.copy(file.bytes, step.at)
    file.size = Math.max(file.size, end)
  }
}

function grow(file: FileState, size: number): void {
  if (file.bytes.length >= size) return
  const larger = Buffer.alloc(Math.max(size, file.bytes.length * 2))
  file.bytes.copy(larger)
  file.bytes = larger
}
