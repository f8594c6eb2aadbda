/** Header values as Node, fetch or a serverless platform hands them over. */
export type HeaderBag =
  | { get(name: string): string | null }
  | Readonly<Record<string, string | readonly string[] | undefined>>

/** A header's value; of a repeated one, the first. */
export function readHeader(headers: HeaderBag, name: string): string | undefined {
  if (typeof headers.get === 'function') return headers.get(name) ?? undefined
  for (const [key, value] of Object.entries(
    headers as Record<string, string | readonly string[] | undefined>,
  )) {
    if (key.toLowerCase() === name) return typeof value === 'string' ? value : value?.[0]
  }
  return undefined
}
