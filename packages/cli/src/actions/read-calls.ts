import type { Call, ListCallsQuery } from '@movoice-kit/core'
import { CommandError, type CommandIo, readMovoiceSettings } from '@movoice-kit/core/command'
import { DEFAULT_BASE_URL } from '@movoice-kit/core/contract'
import { transcriptText } from '@movoice-kit/core/events'
import { clientOf } from '../client.ts'
import { callFields, callRow } from '../columns.ts'
import type { Format } from '../commands/options.ts'
import { download } from '../download.ts'
import { notesOf } from '../notes.ts'
import { printRecord, printRecords } from '../output.ts'
import { printable } from '../table.ts'

export interface ListFlags {
  readonly limit: number
  readonly offset?: number
  readonly all?: boolean
  readonly status?: string
  readonly agent?: string
  readonly from?: number
  readonly to?: number
  readonly quiet?: boolean
  readonly output: Format
}

export interface RecordingFlags {
  readonly out?: string
  readonly force?: boolean
  /** Megabytes. */
  readonly maxSize: number
  readonly quiet?: boolean
}

/** What `movoice calls get` does. */
export async function showCall(io: CommandIo, id: string, output: Format): Promise<void> {
  await printRecord(io, output, await clientOf(io).calls.get(id, { signal: io.signal }), callFields)
}

/** What `movoice calls transcript` does. */
export async function showTranscript(io: CommandIo, id: string): Promise<void> {
  const call = await clientOf(io).calls.get(id, { signal: io.signal })
  const said = transcriptText(call.transcript)
  if (said === null || said === '') throw notThere('transcript', call)
  io.stdout.write(`${printable(said)}\n`)
}

/** What `movoice calls recording` does. */
export async function fetchRecording(io: CommandIo, id: string, flags: RecordingFlags): Promise<void> {
  const call = await clientOf(io).calls.get(id, { signal: io.signal })
  const url = call.recording_url
  if (url === undefined || url === null || !/^https?:\/\//.test(url)) throw notThere('recording', call)
  if (flags.out === undefined) {
    io.stdout.write(`${url}\n`)
    return
  }
  const { apiKey, baseUrl = DEFAULT_BASE_URL } = readMovoiceSettings(io.env, 'apiKey')
  const bytes = await download(url, {
    path: flags.out,
    force: flags.force ?? false,
    maxBytes: flags.maxSize * 1_000_000,
    signal: io.signal,
    key: { origin: new URL(baseUrl).origin, value: apiKey },
  })
  notesOf(io, flags)(`${flags.out}: ${(bytes / 1_000_000).toFixed(1)} MB`)
}

function notThere(what: string, { call_id, status }: Call): CommandError {
  const over = status === 'completed' || status === 'failed'
  return new CommandError(`There is no ${what} of ${call_id} (status ${status}).`, {
    hint: over ? 'It can come up to a minute after the end.' : 'It comes after the end of the call.',
  })
}

/** What `movoice calls list` does. */
export async function listCalls(io: CommandIo, flags: ListFlags): Promise<void> {
  const { limit, offset, all = false, output } = flags
  const query: ListCallsQuery = {
    ...(flags.status !== undefined && { status: flags.status }),
    ...(flags.agent !== undefined && { agent_id: flags.agent }),
    ...(flags.from !== undefined && { from: flags.from }),
    ...(flags.to !== undefined && { to: flags.to }),
    ...(offset !== undefined && { offset }),
  }
  const { calls } = clientOf(io)
  const found: Call[] = []
  let more = false
  if (all) {
    for await (const call of calls.list(query, { signal: io.signal })) found.push(call)
  } else {
    const page = await calls.list({ ...query, limit }, { signal: io.signal })
    found.push(...page.items)
    more = page.hasMore
  }
  await printRecords(io, output, found, callRow, 'There are no such calls.')
  if (more) notesOf(io, flags)('There are more: raise --limit, or see them --all.')
}
