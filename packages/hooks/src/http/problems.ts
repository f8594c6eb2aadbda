/** A request that cannot be done as it is: answered as `{ error: { code, message, param } }`. */
export class HttpProblem extends Error {
  readonly status: number
  readonly code: string
  readonly param: string | undefined
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    code: string,
    message: string,
    {
      param,
      headers = {},
    }: { readonly param?: string; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message)
    this.status = status
    this.code = code
    this.param = param
    this.headers = headers
  }
}

/** A field of a request is wrong. */
export class InvalidInput extends HttpProblem {
  constructor(param: string, problem: string) {
    super(400, 'invalid_request', `${param} ${problem}.`, { param })
  }
}

export const notFound = (what: string, id: string): HttpProblem =>
  new HttpProblem(404, 'not_found', `There is no ${what} "${id.slice(0, 100)}".`)
