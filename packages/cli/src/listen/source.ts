import type { CallEvent } from '@movoice-kit/core/events'

/** Hands an event on. Resolves to whether it was taken: a source that can will offer it again. */
export type Take = (event: CallEvent) => Promise<boolean>

/** Where events come from, until the signal fires. */
export interface Source {
  /** For people: where it looks, and what it cannot see. */
  readonly says: string
  /** @param onReady once nothing that happens from now on is missed */
  run(take: Take, onReady: () => void): Promise<void>
}
