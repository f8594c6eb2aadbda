import type { Operation } from '../contract/operations.ts'

export interface RequestParts {
  readonly params?: Readonly<Record<string, string>> | undefined
  readonly query?: Readonly<Record<string, unknown>> | undefined
  readonly body?: unknown
}

/** The address of an operation. Built from text alone: the engine runs where there is no `URL`. */
export function requestUrl(
  baseUrl: string,
  operation: Operation,
  { params = {}, query = {} }: RequestParts,
): string {
  const path = operation.path.replace(/\{(\w+)\}/g, (_all, name: string) =>
    encodeURIComponent(params[name] ?? ''),
  )
  const pairs = Object.entries(query)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`)
  return `${baseUrl}${path}${pairs.length === 0 ? '' : `?${pairs.join('&')}`}`
}
