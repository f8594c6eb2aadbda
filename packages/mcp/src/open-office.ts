import {
  type ClientOptions,
  type Clock,
  Movoice,
  systemClock,
  type Transport,
} from '@movoice-kit/core/client'
import { PendingActions } from './confirm/pending.ts'
import { DEFAULT_LIMIT } from './defaults.ts'
import type { AllowList } from './guards/allow-list.ts'
import { DialLog } from './guards/dial-log.ts'
import type { Log } from './log.ts'
import { type Office, Shift, type ShowToken } from './office.ts'

/** Options of the server, whichever way it is reached. */
export interface McpOptions {
  /** The account that calls. */
  readonly movoice: Pick<ClientOptions, 'apiKey' | 'baseUrl' | 'plan'>
  /** Offers only what changes nothing; false. */
  readonly readOnly?: boolean | undefined
  /** Numbers that may be called; all, if not given. */
  readonly allow?: AllowList | undefined
  /** How many phones may ring in 24 hours; 50. */
  readonly limit?: number | undefined
  /** Calls only for clients that ask their user themselves; false. */
  readonly requireElicitation?: boolean | undefined
  /**
   * Where a client cannot ask its user, the token of a question goes here and not to the assistant: show it where only
   * a person sees it. The assistant can then confirm nothing that this person did not read.
   */
  readonly showToken?: ShowToken | undefined
  readonly log?: Log | undefined
  readonly clock?: Clock | undefined
}

/** An assistant's request does not wait half an hour for its turn under the plan: it is told to come again. */
const QUEUE_MS = 45_000

/** What all connections of a server share, from its options. */
export function openOffice({
  movoice,
  readOnly = false,
  allow,
  limit = DEFAULT_LIMIT,
  requireElicitation = false,
  showToken,
  log = () => undefined,
  clock = systemClock,
}: McpOptions): Office {
  return {
    movoice: new Movoice({
      ...movoice,
      clock,
      transport: axiosOnceNeeded(),
      queueTimeoutMs: QUEUE_MS,
      userAgent: 'movoice-mcp',
    }),
    policy: { readOnly, requireElicitation, showToken, allow },
    pending: new PendingActions(clock),
    dials: new DialLog(limit, clock),
    clock,
    log,
    shift: new Shift(),
  }
}

/** axios takes longer to load than an assistant's first look at the tools: it is loaded with the first request. */
function axiosOnceNeeded(): Transport {
  let loading: Promise<Transport> | undefined
  return async (request) => {
    loading ??= import('@movoice-kit/core/axios').then(({ axiosTransport }) => axiosTransport())
    return (await loading)(request)
  }
}
