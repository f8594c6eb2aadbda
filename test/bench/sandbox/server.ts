// One server in a process of its own, so that its CPU time and memory are its own: the sandbox, or what it is
// measured against, a bare route with the same validation and the same answer.
import type { AddressInfo } from 'node:net'
import { check, createCallInput } from '@movoice-kit/core/contract'
import { createSandbox } from '@movoice-kit/sandbox'
import Fastify from 'fastify'

async function bare(): Promise<string> {
  const app = Fastify()
  let n = 0
  app.post('/v1/call', (request, reply) => {
    const checked = check(createCallInput, request.body)
    if (!checked.ok) {
      reply.code(400).send(checked.problems)
      return
    }
    n += 1
    const { agent_id, recipient_phone } = checked.value
    const created_at = Math.floor(Date.now() / 1000)
    reply.send({ call_id: `call_${n}`, status: 'initiated', agent_id, recipient_phone, created_at })
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/v1`
}

const kind = process.argv[2]
// At this speed the calls of one round ring, talk and end while the next are placed.
const baseUrl =
  kind === 'bare' ? await bare() : (await createSandbox({ plan: 'enterprise', speed: 30 })).baseUrl
process.on('message', () => {
  globalThis.gc?.()
  const { user, system } = process.cpuUsage()
  process.send?.({ cpuMs: (user + system) / 1000, rssMb: process.memoryUsage().rss / 2 ** 20 })
})
process.send?.({ baseUrl })
