import type { CreateCallInput } from '../contract/call.ts'
import type { Clock } from './clock.ts'
import { ConflictError, isMovoiceError, type MovoiceError, UnexpectedResponseError } from './errors.ts'
import type { FindOptions, PlaceOptions } from './options.ts'

/** What is known of a call that is to be placed once. */
export interface CallNote {
  /** When it was about to be sent, in milliseconds since 1970. */
  readonly began: number
  /** Once it is known that it was placed. */
  readonly call_id?: string | null | undefined
}

/**
 * Where {@link CallNote}s are kept over crashes, such as a table with the key as its primary key. What was written has to
 * be on the disk when a method is done.
 */
export interface CallNotes {
  get(key: string): Promise<CallNote | undefined> | CallNote | undefined
  /** Fails if there is a note of this key: somebody else was first, and nothing is sent. */
  add(key: string, note: CallNote): unknown
  set(key: string, note: CallNote): unknown
  delete(key: string): unknown
}

interface Placing {
  readonly clock: Pick<Clock, 'now'>
  create(input: CreateCallInput, options: PlaceOptions): Promise<{ readonly call_id: string }>
  find(input: CreateCallInput, options: FindOptions): Promise<{ readonly call_id: string }>
}

/** Places the call of a key unless its note says that it was, or may have been: then it is looked up. */
export async function createOnce(
  { clock, create, find }: Placing,
  key: string,
  input: CreateCallInput,
  notes: CallNotes,
  options: PlaceOptions,
): Promise<{ readonly call_id: string }> {
  const known = await notes.get(key)
  if (known?.call_id != null) return { call_id: known.call_id }
  if (known !== undefined) {
    const { call_id } = await find(input, { sentAfter: known.began, signal: options.signal })
    await notes.set(key, { ...known, call_id })
    return { call_id }
  }
  let note: CallNote | undefined
  const beforeSending = async () => {
    await options.beforeSending?.()
    const began = { began: clock.now() }
    await notes.add(key, began)
    note = began
  }
  try {
    const { call_id } = await create(input, { ...options, beforeSending })
    await notes.set(key, { began: note?.began ?? clock.now(), call_id })
    return { call_id }
  } catch (error) {
    if (note === undefined || !isMovoiceError(error)) throw error
    const call_id = placedBy(error)
    if (call_id !== undefined) {
      await notes.set(key, { ...note, call_id })
      return { call_id }
    }
    if (placedNothing(error)) await notes.delete(key)
    throw error
  }
}

/** The call that an error is about all the same: of an answer that could not be read whole, or of a duplicate. */
function placedBy(error: MovoiceError): string | undefined {
  if (error instanceof UnexpectedResponseError) return error.callId
  return error instanceof ConflictError ? error.call?.call_id : undefined
}

/** A refused duplicate is none of these: its original rang, whoever placed it. */
function placedNothing({ sent, status = 0 }: MovoiceError): boolean {
  return sent === 'no' || (sent === 'yes' && status >= 400 && status < 500 && status !== 409)
}
