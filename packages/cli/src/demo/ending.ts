import { CommandError, type CommandIo, exitCodes } from '@movoice-kit/core/command'
import { table } from '../table.ts'
import type { Relay } from './relay.ts'
import type { Ending } from './story.ts'
import type { Timeline } from './timeline.ts'

/** The table at the end of the demo. */
export function showEndings(timeline: Timeline, io: CommandIo, endings: readonly Ending[]): void {
  const width = (io.stdout as { readonly columns?: number }).columns ?? 110
  const rows = endings.map(({ call, outcome, summary, deliveredAfterMs }) => [
    call,
    outcome,
    deliveredAfterMs === undefined ? '–' : `${Math.round(deliveredAfterMs)} ms`,
    summary,
  ])
  timeline.text(`\n${table(['CALL', 'OUTCOME', 'DELIVERED AFTER', 'SUMMARY'], rows, width)}`)
}

/** Leaves all running, with the addresses to try, until the command is stopped. */
export async function keepRunning(
  timeline: Timeline,
  io: CommandIo,
  { baseUrl, apiKey, page }: { readonly baseUrl: string; readonly apiKey?: string; readonly page?: string },
  relay: Relay,
): Promise<void> {
  const key = apiKey ?? '$MOVOICE_API_KEY'
  timeline.title('All of it is running. Ctrl-C ends it.')
  if (page !== undefined) timeline.text(`  sandbox  ${page}   (API ${baseUrl}, key ${key})`)
  timeline.text(`  hooks    ${relay.url}   (token ${relay.token})`)
  timeline.text('\nPlace a call:\n')
  timeline.text(
    `  curl ${baseUrl}/call -H 'Authorization: Bearer ${key}' -H 'Content-Type: application/json' \\\n` +
      `    -d '{"agent_id":"agent_clinic","recipient_phone":"+12025550101"}'`,
  )
  timeline.text('\nand see what came of it:\n')
  timeline.text(`  curl ${relay.url}/events -H 'Authorization: Bearer ${relay.token}'\n`)
  await new Promise<void>((resolve) => {
    if (io.signal.aborted) resolve()
    else io.signal.addEventListener('abort', () => resolve(), { once: true })
  })
  throw new CommandError('Stopped.', { exitCode: exitCodes.interrupted })
}
