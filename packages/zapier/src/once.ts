import { isMovoiceError } from '@movoice-kit/core/client'
import type { ZObject } from 'zapier-platform-core'

/** What is remembered of a step that can make phones ring, from just before it acts. */
interface Mark<T> {
  /** When the first run began, in milliseconds since 1970. */
  readonly startedAt: number
  /** What came of it; absent while it runs, and for good where it was cut off. */
  readonly result?: T
}

export interface Once<T> {
  /** Says what is the same: two runs with one key are one wish. */
  readonly key: string
  /** For how long a run with the same key is a repeat, in milliseconds; 0 for never. */
  readonly windowMs: number
  readonly now: number
  /** Looks, before anything is begun, whether it was done already; nothing is remembered of a look that fails. */
  readonly known?: () => Promise<T | undefined>
  readonly act: () => Promise<T>
  /** Looks for what a run that began then and was cut off may have placed. */
  readonly find: (startedAt: number) => Promise<T | undefined>
}

export interface Done<T> {
  readonly result: T
  /** Whether an earlier run had done it, so that this one did nothing. */
  readonly repeated: boolean
}

/**
 * Acts once for a key, however often Zapier runs the step: what was begun is written down before it is done, in
 * Zapier's own memory of this connection. A run that was cut off is looked up and never begun again unseen.
 */
export async function once<T>(
  z: ZObject,
  { key, windowMs, now, known, act, find }: Once<T>,
): Promise<Done<T>> {
  const memory = remember<T>(z, key, Math.ceil(windowMs / 1000))
  const before = windowMs > 0 ? await memory.recall() : undefined
  if (before !== undefined && now - before.startedAt < windowMs) {
    if (before.result !== undefined) return { result: before.result, repeated: true }
    return { result: await lookUp(z, before.startedAt, find), repeated: true }
  }
  const done = await known?.()
  if (done !== undefined) return { result: done, repeated: true }
  if (windowMs > 0 && !(await memory.begin({ startedAt: now }))) {
    return { result: await lookUp(z, now, find), repeated: true }
  }
  try {
    const result = await act()
    if (windowMs > 0) await memory.note({ startedAt: now, result })
    return { result, repeated: false }
  } catch (error) {
    // What provably placed nothing may be run again; what may have rung stays written down.
    if (windowMs > 0 && placedNothing(error)) await memory.forget()
    throw error
  }
}

/** Nothing was placed: it never left, or it was answered with a refusal. A conflict is no refusal. */
function placedNothing(error: unknown): boolean {
  if (!isMovoiceError(error)) return false
  if (error.sent === 'no') return true
  const { status } = error
  return error.sent === 'yes' && status !== undefined && status >= 400 && status < 500 && status !== 409
}

async function lookUp<T>(
  z: ZObject,
  startedAt: number,
  find: (startedAt: number) => Promise<T | undefined>,
): Promise<T> {
  const found = await find(startedAt)
  if (found !== undefined) return found
  throw new z.errors.HaltedError(
    `An earlier run of this step began at ${new Date(startedAt).toISOString()} and was cut off, and what it placed cannot be found. ` +
      'The phone may have rung: look at the calls in Movoice. To place it all the same, give the step a new Once Per value.',
  )
}

/**
 * Zapier's memory, as far as it goes: where it cannot be reached the step still runs, and its log says so.
 */
function remember<T>(z: ZObject, key: string, ttl: number) {
  const scope = ['auth']
  const attempt = async <R>(work: () => Promise<R>, otherwise: R): Promise<R> => {
    try {
      return await work()
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      z.console.error(
        `Zapier's memory could not be used, so a replay of this step may not be noticed: ${why}`,
      )
      return otherwise
    }
  }
  return {
    recall: () =>
      attempt<Mark<T> | undefined>(async () => (await read<T>(z, key, scope)) ?? undefined, undefined),
    /** False if another run was first. */
    begin: (mark: Mark<T>) =>
      attempt(async () => (await z.cache.set(key, mark, ttl, scope, true)) !== false, true),
    note: (mark: Mark<T>) => attempt(() => z.cache.set(key, mark, ttl, scope), null),
    forget: () => attempt(() => forgetKey(z, key, scope), false),
  }
}

/** The types of z.cache know no scope for reading and deleting; the platform takes one. */
interface ScopedCache {
  get(key: string, scope: readonly string[]): Promise<unknown>
  delete(key: string, scope: readonly string[]): Promise<boolean>
}

const read = async <T>({ cache }: ZObject, key: string, scope: readonly string[]) =>
  (await (cache as unknown as ScopedCache).get(key, scope)) as Mark<T> | null

const forgetKey = ({ cache }: ZObject, key: string, scope: readonly string[]) =>
  (cache as unknown as ScopedCache).delete(key, scope)
