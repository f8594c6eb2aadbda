import type { CommandIo } from '@movoice-kit/core/command'
import type { CallEvent } from '@movoice-kit/core/events'
import type { Format } from '../commands/options.ts'
import { type Column, printRecord, printRecords } from '../output.ts'
import { relayOf } from '../relay.ts'

export interface ServerFlags {
  readonly url?: string
}

export interface ListFlags extends ServerFlags {
  readonly type?: string
  readonly call?: string
  readonly limit: number
  readonly output: Format
}

export interface ReplayFlags extends ServerFlags {
  readonly hook?: string
  readonly quiet?: boolean
}

const eventRow: readonly Column<CallEvent>[] = [
  { head: 'EVENT', of: (event) => event.id },
  { head: 'OCCURRED', of: (event) => event.occurred_at, goes: 4 },
  { head: 'AGENT', of: (event) => event.agent_name ?? event.agent_id, goes: 2 },
  { head: 'OUTCOME', of: (event) => event.outcome ?? event.reason },
  { head: 'SOURCE', of: (event) => event.source, goes: 1 },
  { head: 'SUMMARY', of: (event) => event.summary, goes: 3 },
]

const eventFields: readonly Column<CallEvent>[] = [
  ...eventRow.filter(({ head }) => head !== 'SUMMARY'),
  { head: 'CALL', of: (event) => event.call_id },
  { head: 'NUMBER', of: (event) => event.recipient_phone },
  { head: 'STATUS', of: (event) => event.status },
  { head: 'DURATION', of: (event) => (event.duration === null ? null : `${event.duration} s`) },
  { head: 'SENTIMENT', of: (event) => event.sentiment },
  { head: 'ACTION', of: (event) => event.action_name },
  { head: 'SUMMARY', of: (event) => event.summary },
  { head: 'TRANSCRIPT', of: (event) => event.transcript },
]

/** What `movoice events get` does. */
export async function showEvent(
  io: CommandIo,
  id: string,
  { url, output }: ServerFlags & { readonly output: Format },
): Promise<void> {
  await printRecord(io, output, await relayOf(io, '--url', url).event(id), eventFields)
}

/** What `movoice events replay` does. */
export async function replayEvent(
  io: CommandIo,
  id: string,
  { url, hook, quiet = false }: ReplayFlags,
): Promise<void> {
  const queued = await relayOf(io, '--url', url).replay(id, hook)
  if (!quiet) io.stdout.write(`Queued ${queued} ${queued === 1 ? 'delivery' : 'deliveries'} of ${id}.\n`)
}

/** What `movoice events list` does. */
export async function listEvents(
  io: CommandIo,
  { type, call, limit, output, ...flags }: ListFlags,
): Promise<void> {
  const relay = relayOf(io, '--url', flags.url)
  const found: CallEvent[] = []
  let cursor: string | null = null
  do {
    const page = await relay.events({
      limit: Math.min(100, limit - found.length),
      ...(type !== undefined && { type }),
      ...(call !== undefined && { call_id: call }),
      ...(cursor !== null && { cursor }),
    })
    found.push(...page.events)
    cursor = page.next_cursor
  } while (cursor !== null && found.length < limit)
  await printRecords(io, output, found, eventRow, 'There are no such events.')
}
