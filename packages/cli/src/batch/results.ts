import { closeSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { CommandError, ConfigurationError } from '@movoice-kit/core/command'
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

/** Says whether results can be written there while nobody has been called yet. */
export function checkResultsFile(path: string): void {
  try {
    closeSync(openSync(partOf(path), 'w', 0o600))
    rmSync(partOf(path))
  } catch (error) {
    throw new ConfigurationError(
      '--out',
      `cannot be written (${codeOf(error)}): ${path}`,
      'Nothing was placed.',
    )
  }
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
    writeFileSync(partOf(path), text, { mode: 0o600, flush: true })
    renameSync(partOf(path), path)
  } catch (error) {
    rmSync(partOf(path), { force: true })
    throw new CommandError(`The results could not be written to ${path} (${codeOf(error)}).`, {
      hint: 'Nothing is lost: run the same command with another --out.',
    })
  }
}

const partOf = (path: string): string => `${path}.part`

function codeOf(error: unknown): string {
  const { code = 'unknown' } = error as { readonly code?: string }
  return code
}
