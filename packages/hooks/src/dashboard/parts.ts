import type { Clock } from '@movoice-kit/core/engine'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Account } from '../accounts/account.ts'
import type { Replays } from '../delivery/replay.ts'
import type { tryEndpoint } from '../delivery/trial.ts'
import type { Guard } from '../http/auth.ts'
import type { RateLimits } from '../http/rate-limits.ts'
import type { Database } from '../store/database.ts'
import type { Subscriptions } from '../subscriptions/service.ts'
import type { Log } from '../telemetry/log.ts'
import type { Tallies } from '../telemetry/tallies.ts'
import type { Html } from './html.ts'
import { type Frame, page } from './layout.ts'
import type { Session, Sessions } from './session.ts'

/** What the dashboard shows, and what it works with. */
export interface DashboardParts {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly guard: Guard
  readonly limits: RateLimits
  readonly token: string
  readonly accounts: ReadonlyMap<string, Account>
  readonly subscriptions: Subscriptions
  readonly replays: Replays
  readonly trial: Parameters<typeof tryEndpoint>[1]
  readonly tallies: Tallies
  readonly publicUrl: string | undefined
}

/** The same, with the sessions of those who are signed in. */
export interface RoomParts extends DashboardParts {
  readonly sessions: Sessions
}

/** Somebody's session, if there is one; each look and each change counts. @throws {@link HttpProblem} 429 */
export async function entered(
  { sessions, limits }: RoomParts,
  request: FastifyRequest,
  what: 'manage' | 'read',
): Promise<Session | undefined> {
  const session = await sessions.of(request)
  if (session !== undefined) await limits.count(what, request, `dashboard ${session.token.name}`)
  return session
}

export function show(reply: FastifyReply, frame: Frame, content: Html): FastifyReply {
  return reply.type('text/html; charset=utf-8').send(page(frame, content))
}
