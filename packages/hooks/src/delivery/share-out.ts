import type { Random } from '@movoice-kit/core/engine'
import type { Claim } from '../store/claims.ts'
import { Endpoint } from './endpoint.ts'

export interface Shares {
  /** How many to take for whom. */
  readonly rooms: Claim['rooms']
  /** Endpoints that have no room for work that is due. */
  readonly behind: Set<string>
  /** Whether more could be taken, were there room altogether. */
  readonly short: boolean
}

/** How many to take for each endpoint that something is due for: what it has room for, and alike if that is too much. */
export function shareOut(
  due: readonly string[],
  {
    room,
    endpoints,
    random,
  }: { readonly room: number; readonly endpoints: ReadonlyMap<string, Endpoint>; readonly random: Random },
): Shares {
  const behind = new Set<string>()
  const rooms: { subscription_id: string; room: number }[] = []
  for (const subscription_id of due) {
    const endpoint = endpoints.get(subscription_id) ?? new Endpoint()
    if (endpoint.room <= 0 || endpoint.waking) behind.add(subscription_id)
    else rooms.push({ subscription_id, room: endpoint.room })
  }
  const wanted = rooms.reduce((sum, one) => sum + one.room, 0)
  if (wanted <= room) return { rooms, behind, short: false }
  // More endpoints than there is room for: a different one is the first each time.
  const first = Math.floor(random() * rooms.length)
  const turned = [...rooms.slice(first), ...rooms.slice(0, first)].slice(0, room)
  const each = Math.max(1, Math.floor(room / turned.length))
  return { rooms: turned.map((one) => ({ ...one, room: Math.min(one.room, each) })), behind, short: true }
}
