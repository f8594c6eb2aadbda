import { Movoice } from '@movoice-kit/core'
import type { CommandIo } from '@movoice-kit/core/command'
import { createSandbox } from '@movoice-kit/sandbox'
import { keepRunning, showEndings } from './ending.ts'
import { startRelay } from './relay.ts'
import { sandboxWitness } from './sandbox-witness.ts'
import { followCall, followRefusal } from './story.ts'
import { Timeline } from './timeline.ts'

const PATIENCE_MS = 20_000

/** The demo as a newcomer sees it: everything on this machine, no account, no phone. */
export async function demoOnSandbox(
  io: CommandIo,
  { keep, quiet, speed }: { readonly keep: boolean; readonly quiet: boolean; readonly speed: number },
): Promise<void> {
  const now = () => performance.timeOrigin + performance.now()
  const timeline = new Timeline(io, now, quiet)
  timeline.title('Movoice kit: a call placed, its end delivered')
  const sandbox = await createSandbox({ speed })
  const { apiKey, baseUrl } = sandbox
  try {
    timeline.tell('sandbox', `ready on ${baseUrl}, ${speed} times as fast as real time`)
    const relay = await startRelay(timeline, { apiKey, baseUrl })
    try {
      const witness = sandboxWitness(sandbox.controlUrl, speed, now)
      await witness.sendWebhooksTo(`${relay.url}/movoice`, relay.webhookSecret)
      const movoice = new Movoice({ apiKey, baseUrl, userAgent: 'movoice-demo' })
      const witnesses = {
        movoice,
        rang: witness.rang,
        receiver: relay.receiver,
        stored: relay.stored,
        webhookTaken: witness.webhookTaken,
      }
      const plot = { agent: 'agent_clinic', patienceMs: PATIENCE_MS, now, signal: io.signal }
      timeline.title('A call that is answered')
      const answered = await followCall(timeline, witnesses, { ...plot, phone: '+12025550101' })
      timeline.title('A call that nobody answers')
      const unanswered = await followCall(timeline, witnesses, { ...plot, phone: '+12025550102' })
      timeline.title('A call that the API refuses')
      const refused = await followRefusal(timeline, witnesses, { ...plot, phone: '+12025550110' })
      showEndings(timeline, io, [answered, unanswered, refused])
      if (keep) await keepRunning(timeline, io, { baseUrl, apiKey, page: new URL('/', baseUrl).href }, relay)
    } finally {
      await relay.close()
    }
  } finally {
    await sandbox.close()
  }
}
