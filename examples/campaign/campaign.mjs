// node campaign.mjs people.csv agent_clinic
// Column "phone"; every other one is a variable of the agent. Nobody is called twice, however often this is started.
import { readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { Movoice, readPhone } from '@movoice-kit/core'
import { parse } from 'csv-parse/sync'

const [file, agent_id] = process.argv.slice(2)
const { MOVOICE_API_KEY: apiKey, MOVOICE_BASE_URL: baseUrl, MOVOICE_PLAN: plan = 'starter' } = process.env
const movoice = new Movoice({ apiKey, baseUrl, plan }) // With a plan, `create` waits for its turn.

const rows = parse(readFileSync(file), { columns: true, bom: true, trim: true, skip_empty_lines: true })
const people = rows.map((row) => ({ ...row, reading: readPhone(row.phone ?? '') }))
const wrong = people.flatMap(({ reading }, n) =>
  reading.ok ? [] : [`row ${n + 1}: phone ${reading.message}`],
)
if (wrong.length > 0) throw new Error(`Nobody was called.\n${wrong.join('\n')}`)

const notes = new DatabaseSync(`${file}.db`)
notes.exec(
  'CREATE TABLE IF NOT EXISTS calls (phone TEXT PRIMARY KEY, began INTEGER, call_id TEXT, result TEXT)',
)
const begin = notes.prepare('INSERT INTO calls (phone, began) VALUES (?, ?) ON CONFLICT DO NOTHING')
const noted = notes.prepare('SELECT * FROM calls WHERE phone = ?')
const note = notes.prepare('UPDATE calls SET call_id = ?, result = ? WHERE phone = ?')

/** The call's id. Noted as begun before the request leaves: who finds that note and no id looks, and does not dial. */
async function place(recipient_phone, variables) {
  if (begin.run(recipient_phone, Math.floor(Date.now() / 1000)).changes === 1) {
    try {
      return (await movoice.calls.create({ agent_id, recipient_phone, variables })).call_id
    } catch (error) {
      if (error.sent === 'no') notes.prepare('DELETE FROM calls WHERE phone = ?').run(recipient_phone)
      if (error.sent === 'yes') note.run(null, `refused: ${error.message}`, recipient_phone)
      throw error
    }
  }
  const { began, call_id } = noted.get(recipient_phone)
  if (call_id !== null) return call_id
  for await (const call of movoice.calls.list({ agent_id, from: began - 60 })) {
    if (call.recipient_phone === recipient_phone) return call.call_id
  }
  throw new Error('may have been called; look at the list of calls, and delete the row if not')
}

async function finish(phone, id) {
  const { outcome, reason, status, summary = '' } = await movoice.calls.waitUntilDone(id)
  note.run(id, [outcome ?? reason ?? status, summary].join('  ').trim(), phone)
}

const waiting = []
for (const { phone: _, reading, ...variables } of people) {
  const phone = reading.e164
  if (noted.get(phone)?.result) continue
  try {
    const id = await place(phone, variables)
    note.run(id, null, phone)
    waiting.push(finish(phone, id).catch((error) => console.error(`${phone}  ${error.message}`)))
  } catch (error) {
    console.error(`${phone}  ${error.message}`)
  }
}
await Promise.all(waiting)
for (const { reading } of people)
  console.log(`${reading.e164}  ${noted.get(reading.e164)?.result ?? 'not done: start this again'}`)
