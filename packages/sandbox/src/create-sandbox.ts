import type { AddressInfo } from 'node:net'
import { explainListen } from '@movoice-kit/core/command'
import { type FaultInput, readFault } from './faults/fault.ts'
import { buildServer } from './http/server.ts'
import { readOptions, type SandboxOptions } from './options.ts'
import type { Delivery } from './webhooks/courier.ts'
import { type Ring, ringOf } from './world.ts'

/** A sandbox that runs: where it is, and what tests ask of it. */
export interface Sandbox {
  /** What a client is given as `baseUrl`: `http://127.0.0.1:<port>/v1`. */
  readonly baseUrl: string
  /** The control routes: `http://127.0.0.1:<port>/_sandbox`. */
  readonly controlUrl: string
  /** One good key; any that begins with `sk_sandbox` is. */
  readonly apiKey: string
  /** The sandbox's time, in milliseconds since 1970. */
  now(): number
  /** Moves time on; everything due by then has happened when it resolves, webhooks and their retries too. */
  advance(seconds: number): Promise<void>
  /** Makes the next requests or webhooks go wrong. */
  fault(fault: FaultInput): void
  /** What the phone network saw: one row a ring. */
  rings(): readonly Ring[]
  /** Webhooks with their attempts, oldest first. */
  deliveries(): readonly Delivery[]
  /** As it was when it was started; where webhooks go stays. */
  reset(): void
  /** Stops it: nothing listens, waits or is sent any more. */
  close(): Promise<void>
}

/**
 * Starts a Movoice that rings no one.
 *
 * @throws {@link ConfigurationError} naming the option that is wrong, {@link CommandError} if it cannot listen
 * @example
 * const sandbox = await createSandbox({ speed: 0 })
 * const movoice = new Movoice({ apiKey: sandbox.apiKey, baseUrl: sandbox.baseUrl })
 * await movoice.calls.create({ agent_id: 'agent_clinic', recipient_phone: '+12025550101' })
 * await sandbox.advance(120)
 * await sandbox.close()
 */
export async function createSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const settings = readOptions(options)
  const { host, port } = settings
  const server = buildServer(settings)
  try {
    await server.app.listen({ host, port })
  } catch (error) {
    await server.close()
    throw explainListen(error, host, port)
  }
  const origin = originOf(host, server.app.server.address() as AddressInfo)
  server.setOrigin(settings.publicUrl ?? origin)
  return {
    baseUrl: `${origin}/v1`,
    controlUrl: `${origin}/_sandbox`,
    apiKey: 'sk_sandbox_local',
    now: () => server.timeline.now(),
    advance: (seconds) => server.timeline.advance(seconds * 1000),
    fault: (fault) => void server.faults.add(readFault(fault)),
    rings: () => server.world().rings.map(ringOf),
    deliveries: () => server.courier.deliveries,
    reset: () => server.reset(),
    close: () => server.close(),
  }
}

function originOf(host: string, address: AddressInfo): string {
  // "All addresses" is nothing to connect to; this machine's own is one of them.
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${address.port}`
}
