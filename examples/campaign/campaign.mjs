// node campaign.mjs people.csv agent_clinic
// Column "phone"; every other one is a variable of the agent. Nobody is called twice, however often this is started.
import { readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { Movoice, readPhone } from '@movoice-kit/core'
import { parse } from 'csv-parse/sync'

const [file, agent_id] = process.argv.slice(2)
const { MOVOICE_API_KEY: apiKey, MOVOICE_BASE_URL: baseUrl, MOVOICE_PLAN: plan = 'starter' } = process.env
const { calls } = new Movoice({ apiKey, baseUrl, plan }) // With a plan, `create` waits for its turn.

const rows = parse(readFileSync(file), { columns: true, bom: true, trim: true, skip_empty_lines: true })
const people = rows.map(({ phone = '', ...variables }) => ({ number: readPhone(phone), variables }))
const wrong = people.flatMap(({ number }, n) => (number.ok ? [] : [`row ${n + 1}: phone ${number.message}`]))
if (wrong.length > 0) throw new Error(`Nobody was called.\n${wrong.join('\n')}`)
const byPhone = new Map(people.map(({ number, variables }) => [number.e164, variables]))

const notes = new DatabaseSync(`${file}.db`, { timeout: 5_000 })
notes.exec(
  'CREATE TABLE IF NOT EXISTS calls (phone TEXT PRIMARY KEY, began INTEGER, call_id TEXT, result TEXT)',
)
const find = notes.prepare('SELECT * FROM calls WHERE phone = ?')
const begin = notes.prepare('INSERT INTO calls (phone, began) VALUES (?, ?)') // Fails if another process was first.
const placed = notes.prepare('UPDATE calls SET call_id = ? WHERE phone = ?')
const over = notes.prepare('UPDATE calls SET result = ? WHERE phone = ?')
const forget = notes.prepare('DELETE FROM calls WHERE phone = ?')

async function call(recipient_phone, variables) {
  const input = { agent_id, recipient_phone, variables }
  const known = find.get(recipient_phone)
  if (known?.result) return known.result
  try {
    let id = known?.call_id
    if (known === undefined) {
      const beforeSending = () => begin.run(recipient_phone, Date.now())
      id = (await calls.create(input, { beforeSending })).call_id
    } else id ??= (await calls.findPlaced(input, { sentAfter: known.began })).call_id
    placed.run(id, recipient_phone)
    const { outcome, reason, status, summary } = await calls.waitUntilDone(id)
    over.run(`${outcome ?? reason ?? status}  ${summary ?? ''}`.trim(), recipient_phone)
  } catch (error) {
    const { call_id } = find.get(recipient_phone) ?? {}
    if (error.sent === 'no' && !call_id) forget.run(recipient_phone)
    if (error.sent === 'yes' && !call_id) over.run(`refused: ${error.message}`, recipient_phone)
    if (error.sent !== 'yes') return `not done: ${error.message}`
  }
  return find.get(recipient_phone).result
}

const lines = [...byPhone].map(async ([phone, variables]) =>
  console.log(`${phone}  ${await call(phone, variables)}`),
)
await Promise.all(lines)
