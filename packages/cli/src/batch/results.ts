import { renameSync, writeFileSync } from 'node:fs'
import { CommandError } from '@movoice-kit/core/command'
import { type Column, csvOf } from '../output.ts'
import type { Row } from './journal.ts'

/** What came of a row, in one word. */
export function resultOf({ state, call }: Row): string {
  if (call !== null && state === 'over') return call.outcome ?? call.reason ?? call.status
  return state === 'claimed' ? 'unknown' : state
}

/** The columns of the results: the row's own, then what came of it. */
export function resultColumns(variables: readonly string[]): readonly Column<Row>[] {
  return [
    { head: 'line', of: (row) => row.line },
    { head: 'phone', of: (row) => row.phone },
    ...variables.map((name): Column<Row> => ({ head: name, of: (row) => row.variables[name] })),
    { head: 'result', of: resultOf },
    { head: 'call_id', of: (row) => row.callId },
    { head: 'status', of: ({ call }) => call?.status },
    { head: 'outcome', of: ({ call }) => call?.outcome },
    { head: 'reason', of: ({ call }) => call?.reason },
    { head: 'sentiment', of: ({ call }) => call?.sentiment },
    { head: 'duration', of: ({ call }) => call?.duration },
    { head: 'summary', of: ({ call }) => call?.summary },
    { head: 'recording_url', of: ({ call }) => call?.recording_url },
    { head: 'note', of: (row) => row.note },
  ]
}

/** Writes the results, whole or not at all. */
export async function writeResults(
  path: string,
  rows: readonly Row[],
  variables: readonly string[],
): Promise<void> {
  const text = await csvOf(rows, resultColumns(variables))
  try {
    // It holds phone numbers and what people said: for its owner alone.
    writeFileSync(`${path}.part`, text, { mode: 0o600, flush: true })
    renameSync(`${path}.part`, path)
  } catch (error) {
    const { code = 'unknown' } = error as { readonly code?: string }
    throw new CommandError(`The results could not be written to ${path} (${code}).`, {
      hint: 'Nothing is lost: run the same command with another --out.',
    })
  }
}
