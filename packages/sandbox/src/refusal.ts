import { type DocumentedStatus, documentedErrors } from '@movoice-kit/core/contract'

/** A request the sandbox refuses, with the documented error it is answered with. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: DocumentedStatus
  readonly code: string
  readonly param: string | null
  readonly retryAfterSeconds: number | undefined

  constructor(
    status: DocumentedStatus,
    message: string,
    more: { readonly param?: string | undefined; readonly retryAfterSeconds?: number } = {},
  ) {
    super(message)
    this.status = status
    this.code = documentedErrors[status].code
    this.param = more.param ?? null
    this.retryAfterSeconds = more.retryAfterSeconds
  }

  /** The documented code of a status, if it has one. */
  static codeOf(status: number): string | undefined {
    return Object.hasOwn(documentedErrors, status)
      ? documentedErrors[status as DocumentedStatus].code
      : undefined
  }

  /** The body as the API reference shows it. */
  body() {
    return { error: { code: this.code, message: this.message, param: this.param } }
  }
}
