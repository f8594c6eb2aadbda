import * as z from 'zod/mini'

/** The body of a refused request. Source: API reference, "Errors". */
export const errorBody = z.looseObject({
  error: z.looseObject({
    code: z.string(),
    message: z.string(),
    param: z.optional(z.nullable(z.string())),
  }),
})
/** The body of a refusal. Source: API reference. */
export type ErrorBody = z.infer<typeof errorBody>

/** Every error the API documents, by status. Source: API reference, "Errors". */
export const documentedErrors = {
  400: { code: 'invalid_request', meaning: 'A parameter is missing or malformed; `param` names it.' },
  401: { code: 'unauthorized', meaning: 'The API key is missing or wrong.' },
  403: { code: 'forbidden', meaning: 'The key may not do this.' },
  404: { code: 'not_found', meaning: 'There is no such agent or call.' },
  409: { code: 'conflict', meaning: 'A duplicate request: the call is already initiated.' },
  422: { code: 'unprocessable', meaning: 'Valid JSON, but it cannot be done: the agent is not active, say.' },
  429: {
    code: 'rate_limited',
    meaning: 'Too many requests; `Retry-After` says how long to wait, in seconds.',
  },
  500: { code: 'server_error', meaning: 'The fault is on Movoice’s side.' },
} as const
/** The statuses that Movoice documents for refusals. */
export type DocumentedStatus = keyof typeof documentedErrors
