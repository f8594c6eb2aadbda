import type { ListCallsQuery } from '@movoice-kit/core/contract'
import { tidy } from './tidy.ts'
import { tokenize } from './tokens.ts'

export type Filters =
  | {
      readonly ok: true
      readonly filters: Pick<ListCallsQuery, 'status' | 'from' | 'to' | 'limit'> & { readonly agent?: string }
    }
  | { readonly ok: false; readonly problem: 'read.filter_unknown' | 'read.filter_bad'; readonly at: string }

/**
 * Reads what stands behind `/movoice calls`: `status=`, `agent=`, `from=`, `to=` (a day, or Unix seconds), `limit=`.
 *
 * @example
 * readFilters('status=failed from=2026-11-01') // { ok: true, filters: { status: 'failed', from: 1793491200 } }
 */
export function readFilters(text: string): Filters {
  const split = tokenize(tidy(text))
  if (!split.ok) return { ok: false, problem: 'read.filter_bad', at: split.at }
  let filters: Extract<Filters, { ok: true }>['filters'] = {}
  for (const { key, text: value } of split.tokens) {
    const at = key === undefined ? value : `${key}=${value}`
    const bad = { ok: false, problem: 'read.filter_bad', at } as const
    if (value === '') return bad
    switch (key?.toLowerCase()) {
      case 'status':
        filters = { ...filters, status: value.toLowerCase() }
        break
      case 'agent':
        filters = { ...filters, agent: value }
        break
      case 'from':
      case 'to': {
        const seconds = readMoment(value, key.toLowerCase() === 'to')
        if (seconds === undefined) return bad
        filters = key.toLowerCase() === 'from' ? { ...filters, from: seconds } : { ...filters, to: seconds }
        break
      }
      case 'limit': {
        if (!/^\d{1,2}$/.test(value) || Number(value) < 1 || Number(value) > 50) return bad
        filters = { ...filters, limit: Number(value) }
        break
      }
      default:
        return { ok: false, problem: 'read.filter_unknown', at }
    }
  }
  if (filters.from !== undefined && filters.to !== undefined && filters.from > filters.to) {
    return { ok: false, problem: 'read.filter_bad', at: 'from > to' }
  }
  return { ok: true, filters }
}

/** A day in UTC, to its last second where it is an end. */
function readMoment(text: string, isEnd: boolean): number | undefined {
  if (/^\d{9,10}$/.test(text)) return Number(text)
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined
  const start = Date.parse(`${text}T00:00:00Z`)
  return Number.isNaN(start) ? undefined : start / 1000 + (isEnd ? 86_399 : 0)
}
