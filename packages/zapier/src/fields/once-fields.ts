import { contentDigest } from '@movoice-kit/core/events'
import type { PlainInputField, ZObject } from 'zapier-platform-core'
import { textOf } from './input.ts'

/** Zapier replays a failed step by itself for about ten and a half hours. Source: Zapier help, "Autoreplay". */
const DEFAULT_MINUTES = 720
/** With a key of the user's own, a repeat can be told for as long as the memory holds. */
const KEYED_MINUTES = 7 * 24 * 60

export const onceKeyField: PlainInputField = {
  key: 'once_per',
  label: 'Once Per',
  type: 'string',
  required: false,
  placeholder: 'e.g. the ID of the row or event',
  helpText:
    'Map an ID from your trigger here. A step with the same value never rings twice, whatever else changed, also when the run is replayed.',
}

export const windowField: PlainInputField = {
  key: 'window_minutes',
  label: 'Same Request Is a Repeat For (Minutes)',
  type: 'integer',
  required: false,
  default: String(DEFAULT_MINUTES),
  helpText:
    'Without a value in Once Per, a request that is the same in every field is taken for a replay within this time and gives the first result. 0 turns this off.',
}

export interface OnceRule {
  readonly key: string
  readonly windowMs: number
}

/** What makes two runs one wish: the user's key if there is one, else every field of the request. */
export function onceRule(
  z: ZObject,
  step: string,
  inputData: Readonly<Record<string, unknown>>,
  request: object,
): OnceRule {
  const own = textOf(inputData.once_per)
  if (own !== undefined) {
    return { key: `${step}:key:${contentDigest(own)}`, windowMs: KEYED_MINUTES * 60_000 }
  }
  const written = inputData.window_minutes
  const minutes = written === undefined || written === '' ? DEFAULT_MINUTES : Number(written)
  if (!Number.isFinite(minutes) || minutes < 0) {
    throw new z.errors.HaltedError(
      'Same Request Is a Repeat For (Minutes) must be a number of minutes, 0 or more.',
    )
  }
  return { key: `${step}:${contentDigest(request)}`, windowMs: minutes * 60_000 }
}
