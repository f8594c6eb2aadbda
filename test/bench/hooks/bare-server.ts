// The least that takes a request and has a database: what any server of this kind begins with.
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import Fastify from 'fastify'

const database = new DatabaseSync(join(process.argv[2] ?? '', 'bare.db'))
database.exec('pragma journal_mode = wal; create table if not exists events (id text primary key, body text)')
const insert = database.prepare('insert into events values (?, ?) on conflict do nothing')
const app = Fastify({ logger: false })
app.post<{ Body: { call_id: string } }>('/movoice', (request, reply) => {
  insert.run(request.body.call_id, JSON.stringify(request.body))
  return reply.code(202).send({ received: true })
})
console.log(await app.listen({ port: 0, host: '127.0.0.1' }))
