/** One request to the API, as `GET /_sandbox/requests` shows it. The key is not kept. */
export interface LoggedRequest {
  /** Sandbox time, ISO 8601. */
  readonly at: string
  readonly method: string
  readonly path: string
  readonly body: unknown
  /** `null` while it is under way, or where the connection was cut. */
  status: number | null
}

interface Row {
  readonly at: number
  readonly method: string
  readonly path: string
  body: unknown
  status: number | null
}

const KEPT = 10_000

/** The last requests, oldest first. */
export class RequestLog {
  #rows: Row[] = []

  add(at: number, method: string, path: string): Row {
    const row: Row = { at, method, path, body: null, status: null }
    this.#rows.push(row)
    if (this.#rows.length >= KEPT * 2) this.#rows = this.#rows.slice(-KEPT)
    return row
  }

  rows(): LoggedRequest[] {
    return this.#rows.slice(-KEPT).map((row) => ({ ...row, at: new Date(row.at).toISOString() }))
  }

  clear(): void {
    this.#rows = []
  }
}
