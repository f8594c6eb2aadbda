import type { FastifyRequest } from 'fastify'
import { plural } from './layout.ts'

export type Query = Readonly<Record<string, unknown>>

const NOTICES = ['queued', 'changed', 'answer']

/** What a form did, told on the page it leads back to. Only our own sentences: never what stands in the address. */
export function noticeOf({ queued, changed, answer }: Query): string | undefined {
  const count = countOf(queued)
  if (count === 0) return 'Nothing was sent again: it is under way already, or there is nobody to send it to.'
  if (count !== undefined) return `${plural(count, 'delivery', 'deliveries')} will be sent again now.`
  if (changed === 'pause') return 'Paused: what comes for it is kept until it is resumed.'
  if (changed === 'resume') return 'Resumed: what waited for it is on its way.'
  if (changed === 'end') return 'Ended: it is told nothing more.'
  if (changed === 'test') return `The test event was taken: its endpoint answered ${countOf(answer)}.`
  if (changed !== 'untaken') return undefined
  const code = countOf(answer) ?? 0
  return `The test event was not taken: ${code === 0 ? 'there was no answer' : `its endpoint answered ${code}`}.`
}

/** Back to the page the form stood on. */
export function backTo(request: FastifyRequest, notice: string): string {
  try {
    const { host, pathname, searchParams } = new URL(request.headers.referer ?? '')
    if (host === request.headers.host && (pathname === '/' || pathname.startsWith('/dashboard/'))) {
      for (const name of NOTICES) searchParams.delete(name)
      const rest = searchParams.toString()
      return `${pathname}?${rest === '' ? '' : `${rest}&`}${notice}`
    }
  } catch {
    // No page is named, or none of ours.
  }
  return `/?${notice}`
}

/** A whole number as it stands in an address; `undefined` for anything else. */
export function countOf(value: unknown): number | undefined {
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : undefined
}
