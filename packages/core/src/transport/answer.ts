/** The largest answer that is read: a page of 100 long transcripts fits many times over. */
export const MAX_ANSWER_BYTES = 32 * 1024 * 1024

/** Headers as plain text by names in lower case; of a repeated one, the first. */
export function plainHeaders(headers: object): Record<string, string> {
  const plain: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers) as [string, unknown][]) {
    const first: unknown = Array.isArray(value) ? value[0] : value
    if (typeof first === 'string' || typeof first === 'number') plain[name.toLowerCase()] = String(first)
  }
  return plain
}
