import type { BatchRecipient, CreateBatchInput, CreatedBatch } from '../contract/batch.ts'
import { BatchError, type BatchPart, isMovoiceError, type MovoiceError } from './errors.ts'

/** The answer to a batch that was placed in several parts: the first part's, with all of them under `parts`. */
export type SplitBatch = CreatedBatch & { readonly parts?: readonly BatchPart[] }

/**
 * Places a batch in parts of at most `size` recipients, one after the other. When one fails, the parts before it stay
 * placed and those after it are not sent.
 *
 * @throws the part's own error if nothing of the batch was placed; else {@link BatchError}
 */
export async function placeInParts(
  input: CreateBatchInput,
  size: number | null,
  place: (input: CreateBatchInput) => Promise<CreatedBatch>,
): Promise<SplitBatch> {
  const { recipients } = input
  if (size === null || recipients.length <= size) return place(input)
  const chunks = chunked(recipients, size)
  const parts: BatchPart[] = []
  let first = 0
  for (const chunk of chunks) {
    const rows = { first, count: chunk.length }
    try {
      parts.push({ ...rows, outcome: 'placed', batch: await place({ ...input, recipients: [...chunk] }) })
    } catch (error) {
      if (!isMovoiceError(error)) throw error
      if (parts.length === 0 && error.sent !== 'maybe') throw error
      parts.push({ ...rows, outcome: error.sent === 'maybe' ? 'unknown' : 'failed', error })
      throw incomplete(parts, chunks, recipients, error)
    }
    first += chunk.length
  }
  // The loop ran at least twice, as there are more recipients than one part holds.
  return { ...(parts[0]?.batch as CreatedBatch), parts }
}

function incomplete(
  begun: readonly BatchPart[],
  chunks: readonly (readonly BatchRecipient[])[],
  recipients: readonly BatchRecipient[],
  error: MovoiceError,
): BatchError {
  const parts = [...begun]
  for (const chunk of chunks.slice(begun.length)) {
    const last = parts.at(-1)
    const first = last === undefined ? 0 : last.first + last.count
    parts.push({ first, count: chunk.length, outcome: 'not_sent' })
  }
  const remaining = parts
    .filter(({ outcome }) => outcome === 'failed' || outcome === 'not_sent')
    .flatMap(({ first, count }) => recipients.slice(first, first + count))
  const broken = begun.at(-1)
  const rows = broken === undefined ? '' : `rows ${broken.first + 1} to ${broken.first + broken.count}`
  const placed = begun.length - 1
  return new BatchError(
    'batch_incomplete',
    `Part ${begun.length} of ${parts.length} of the batch (${rows}) ${error.sent === 'maybe' ? 'may or may not have been placed' : 'was not placed'}: ${error.message}`,
    {
      status: error.status,
      requestId: error.requestId,
      attempts: error.attempts,
      sent: error.sent === 'maybe' ? 'maybe' : 'yes',
      retryAfterMs: error.retryAfterMs,
      hint: `${placed === 0 ? 'No part before it was placed' : `Parts 1 to ${placed} are placed: do not send them again`}. ${remaining.length} recipients are provably not placed and are in \`remaining\`.`,
      parts,
      remaining,
      reason: error,
    },
  )
}

function chunked<T>(rows: readonly T[], size: number): T[][] {
  const chunks: T[][] = []
  for (let at = 0; at < rows.length; at += size) chunks.push(rows.slice(at, at + size))
  return chunks
}
