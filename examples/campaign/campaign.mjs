// node campaign.mjs people.csv agent_clinic
// Column "phone"; every other one is a variable of the agent. Nobody is called twice, however often this is started.
import { readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { Movoice, readPhone } from '@movoice-kit/core'
import { parse } from 'csv-parse/sync'

const [file, agent_id] = process.argv.slice(2)
const { MOVOICE_API_KEY: apiKey, MOVOICE_BASE_URL: baseUrl, MOVOICE_PLAN: plan = 'starter' } = process.env
const { calls } = new Movoice({ apiKey, baseUrl, plan }) // With a plan, a call waits for its turn.

const rows = parse(readFileSync(file), { columns: true, bom: true, trim: true, skip_empty_lines: true })
const people = rows.map(({ phone = '', ...variables }) => ({ number: readPhone(phone), variables }))
const wrong = people.flatMap(({ number }, n) => (number.ok ? [] : [`row ${n + 1}: phone ${number.message}`]))
if (wrong.length > 0) throw new Error(`Nobody was called.\n${wrong.join('\n')}`)

const db = new DatabaseSync(`${file}.db`, { timeout: 5_000 })
db.exec('CREATE TABLE IF NOT EXISTS calls (phone TEXT PRIMARY KEY, began INTEGER, call_id TEXT)')
const notes = {
  get: (phone) => db.prepare('SELECT * FROM calls WHERE phone = ?').get(phone),
  add: (phone, note) => db.prepare('INSERT INTO calls (phone, began) VALUES (?, ?)').run(phone, note.began),
  set: (phone, note) => db.prepare('UPDATE calls SET call_id = ? WHERE phone = ?').run(note.call_id, phone),
  delete: (phone) => db.prepare('DELETE FROM calls WHERE phone = ?').run(phone),
}

async function call([recipient_phone, variables]) {
  const input = { agent_id, recipient_phone, variables }
  const { call_id } = await calls.createOnce(recipient_phone, input, notes)
  const { outcome, reason, status, summary } = await calls.waitUntilDone(call_id)
  return `${outcome ?? reason ?? status}  ${summary ?? ''}`.trim()
}
const saying = (error) => `${error.sent === 'yes' ? 'refused' : 'not done'}: ${error.message}`
const byPhone = new Map(people.map(({ number, variables }) => [number.e164, variables]))
await Promise.all([...byPhone].map(async (one) => console.log(`${one[0]}  ${await call(one).catch(saying)}`)))
