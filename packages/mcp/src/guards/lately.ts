import { type CancelSignal, isMovoiceError } from '@movoice-kit/core/engine'
import type { Office } from '../office.ts'
import type { Earlier } from './dial-log.ts'

const HOUR_SECONDS = 3600
/** One page: a question is not worth reading thousands of calls. */
const MOST_CALLS = 100

/** When a number was last called, as far as is known. */
export type Lately = (phone: string) => Earlier | undefined

/**
 * Who was called lately: by what this server remembers, and by the list of calls of the last hour, which also has what an
 * earlier process, another door or a colleague placed. If the list cannot be read, the memory has to do.
 */
export async function calledLately(
  { movoice, dials, clock, log }: Pick<Office, 'movoice' | 'dials' | 'clock' | 'log'>,
  signal: CancelSignal,
): Promise<Lately> {
  const now = clock.now()
  const listed = new Map<string, Earlier>()
  try {
    const from = Math.floor(now / 1000) - HOUR_SECONDS
    const { items } = await movoice.calls.list({ from, limit: MOST_CALLS }, { signal })
    for (const { recipient_phone, created_at, call_id } of items) {
      if (typeof recipient_phone !== 'string' || typeof created_at !== 'number') continue
      const minutesAgo = Math.max(0, Math.floor((now - created_at * 1000) / 60_000))
      const known = listed.get(digits(recipient_phone))
      if (known === undefined || minutesAgo < known.minutesAgo)
        listed.set(digits(recipient_phone), { minutesAgo, callId: call_id })
    }
  } catch (error) {
    if (!isMovoiceError(error)) throw error
    log('not_listed', { code: error.code, status: error.status })
  }
  return (phone) => {
    const mine = dials.earlier(phone)
    const theirs = listed.get(digits(phone))
    if (mine === undefined || theirs === undefined) return mine ?? theirs
    return theirs.minutesAgo < mine.minutesAgo ? theirs : mine
  }
}

const digits = (phone: string): string => phone.replace(/\D/g, '')
