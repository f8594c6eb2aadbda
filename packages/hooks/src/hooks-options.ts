import type { Clock, Random, Transport } from '@movoice-kit/core/client'
import type { Sender } from './delivery/sender.ts'
import type { Scope } from './http/auth.ts'
import type { RateLimitOptions } from './http/rate-limits.ts'
import type { Patience } from './http/server.ts'
import type { Log } from './telemetry/log.ts'
import type { Tracing } from './telemetry/tracing.ts'

/** A Movoice account: what its webhooks are verified with, and what its events are completed from. */
export interface AccountOptions {
  /** The secret of Movoice's webhooks; several while one is being replaced. */
  readonly webhookSecrets?: string | readonly string[] | undefined
  /** With a key, events are completed by `GET /calls/{id}`; without one they are passed on as they come. */
  readonly apiKey?: string | undefined
  readonly baseUrl?: string | undefined
  /** Such as `growth` or `120x5`. */
  readonly plan?: string | undefined
  /** How many requests a minute completing and sweeping may make; half of what the plan allows, 60 if it is not known. */
  readonly apiPerMinute?: number | undefined
}

/** A token that may do less than the server's own. */
export interface TokenOptions {
  /** For logs. */
  readonly name: string
  /** The SHA-256 of the token, in hex: the token itself is nowhere kept. */
  readonly sha256: string
  /** `read`: look; `manage`: subscribe and send again; `ingest`: hand in events without Movoice's signature. */
  readonly scopes: readonly Scope[]
}

/** Options of a hooks server; those of its first account among them. */
export interface HooksOptions extends AccountOptions {
  /** 127.0.0.1. */
  readonly host?: string | undefined
  /** 0: any that is free. */
  readonly port?: number | undefined
  /** What every request but Movoice's own must carry; made up if not given. */
  readonly token?: string | undefined
  readonly tokens?: readonly TokenOptions[] | undefined
  /** Where the embedded database lives; a temporary folder, gone at the end, if neither this nor `databaseUrl` is given. */
  readonly dataDir?: string | undefined
  /** A PostgreSQL database, for several processes together. */
  readonly databaseUrl?: string | undefined
  /** As `webhookSecrets`. */
  readonly webhookSecret?: string | undefined
  /** Other Movoice accounts, by the name under which their webhooks come to `/movoice/<name>`. */
  readonly accounts?: Readonly<Record<string, AccountOptions>> | undefined
  /** Where the world reaches this server. */
  readonly publicUrl?: string | undefined
  /** Whether deliveries may go to this machine itself; if not given, only while the server listens there alone. */
  readonly allowLoopback?: boolean | undefined
  /** Whether deliveries may go to the networks behind a router. */
  readonly allowPrivate?: boolean | undefined
  /** How long to wait for what the API may tell of an event, in milliseconds; 60,000. */
  readonly completionMs?: number | undefined
  /** Between two looks at `GET /calls`, in milliseconds. If not given, the looks keep within 96 lists a day and one for every 100 calls. */
  readonly sweepIntervalMs?: number | undefined
  /** How long events are kept once all is told, in milliseconds; 30 days. */
  readonly retentionMs?: number | undefined
  /** For one attempt with its whole answer, in milliseconds; 20,000. */
  readonly deliveryTimeoutMs?: number | undefined
  /** How many deliveries may be under way at once; 256. */
  readonly maxInFlight?: number | undefined
  /** The most the embedded database may grow to, in bytes. */
  readonly maxBytes?: number | undefined
  /** How often callers may ask, in a minute; see `RATE_LIMITS` for what holds otherwise. */
  readonly rateLimits?: RateLimitOptions | undefined
  /** Proxies in front of this server, as addresses or networks: who calls is then taken from `X-Forwarded-For`. */
  readonly trustedProxies?: readonly string[] | undefined
  /** How long requests may take to come in: a slow sender is not waited for without end. */
  readonly patience?: Patience | undefined
  readonly log?: Log | undefined
  readonly clock?: Clock | undefined
  readonly random?: Random | undefined
  readonly sender?: Sender | undefined
  /** How the API is reached; axios if not given. */
  readonly transport?: Transport | undefined
  /** From `startTracing()`; no traces if not given. */
  readonly tracing?: Tracing | undefined
}
