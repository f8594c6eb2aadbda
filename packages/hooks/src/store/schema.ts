import type { ColumnType, Generated } from 'kysely'

/** Milliseconds since 1970. */
type Millis = number
type Flag = 0 | 1

export type EventState = 'waiting' | 'ready'
export type DeliveryStatus = 'pending' | 'held' | 'delivered' | 'failed' | 'cancelled'
/** `used`: made for one event and has had it, which is still on its way. */
export type SubscriptionStatus = 'active' | 'paused' | 'disabled' | 'used' | 'ended'

export interface EventsTable {
  seq: Generated<number>
  account: string
  id: string
  type: string
  call_id: string | null
  /** `waiting` for what the API may still tell of it; `ready` once it is handed to its subscriptions. */
  state: EventState
  /** When the API is asked next. */
  due_at: Millis | null
  tries: Generated<number>
  /** When it is told as it is, whatever is still missing. */
  wait_until: Millis | null
  /** Names of fields nobody knew by then, parted by commas. */
  missing: string | null
  received_at: Millis
  source: string
  /** The canonical event, as JSON: what is delivered. */
  body: string
  lease: string | null
}

export interface SubscriptionsTable {
  id: string
  target_url: string
  event: string
  filter: string
  once: Flag
  account: string | null
  description: string | null
  limits: string
  idempotency_key: string | null
  expires_at: Millis | null
  secret: string
  old_secret: string | null
  old_secret_until: Millis | null
  status: SubscriptionStatus
  reason: string | null
  /** Failed attempts in a row. */
  failures: Generated<number>
  failing_since: Millis | null
  /** Set while the endpoint is held to be down: when it is tried next. */
  probe_at: Millis | null
  /** Set while the endpoint asked to be left alone. */
  hold_until: Millis | null
  last_success_at: Millis | null
  last_failure_at: Millis | null
  last_error: string | null
  created_at: Millis
}

export interface DeliveriesTable {
  id: string
  event_seq: number
  subscription_id: string
  status: DeliveryStatus
  attempts: Generated<number>
  due_at: Millis
  /** After this it is given up. */
  give_up_at: Millis
  /** Who has it in hand. */
  lease: string | null
  created_at: Millis
  last_at: Millis | null
  last_ms: number | null
  last_status: number | null
  last_error: string | null
}

/** Attempts that failed; the last one of a delivery stands in its own row. */
export interface AttemptsTable {
  id: Generated<number>
  delivery_id: string
  at: Millis
  ms: number
  status: number | null
  error: string
}

/** Every time an event was seen again after the first. */
export interface SightingsTable {
  id: Generated<number>
  event_seq: number
  at: Millis
  source: string
}

export interface MetaTable {
  key: string
  value: string
}

export interface WorkersTable {
  id: string
  seen_at: ColumnType<Millis, Millis, Millis>
}

/** What was counted in a stretch of time, for people to look at. */
export interface TalliesTable {
  /** When the stretch began. */
  at: Millis
  name: string
  value: number
}

export interface Schema {
  events: EventsTable
  subscriptions: SubscriptionsTable
  deliveries: DeliveriesTable
  attempts: AttemptsTable
  sightings: SightingsTable
  meta: MetaTable
  workers: WorkersTable
  tallies: TalliesTable
}
