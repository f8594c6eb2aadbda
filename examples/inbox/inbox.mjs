// What was received, in a file: kept before it is acknowledged, each event once, and worked off after a restart too.
import { DatabaseSync } from 'node:sqlite'

const AGAIN_AFTER_MS = 30_000

/** Calls `work` with every event that is kept, one at a time, until it succeeds. Gives the function that keeps one. */
export function openInbox(file, work) {
  const database = new DatabaseSync(file, { timeout: 5_000 })
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS inbox (id TEXT PRIMARY KEY, event TEXT NOT NULL, due INTEGER NOT NULL DEFAULT 0, done INTEGER NOT NULL DEFAULT 0)`)
  const insert = database.prepare('INSERT INTO inbox (id, event) VALUES (?, ?) ON CONFLICT DO NOTHING')
  const next = database.prepare(
    'SELECT id, event FROM inbox WHERE done = 0 AND due <= ? ORDER BY due, rowid LIMIT 1',
  )
  const finish = database.prepare('UPDATE inbox SET done = 1 WHERE id = ?')
  const postpone = database.prepare('UPDATE inbox SET due = ? WHERE id = ?')

  let busy = false
  async function workOff() {
    if (busy) return
    busy = true
    for (let row = next.get(Date.now()); row !== undefined; row = next.get(Date.now())) {
      try {
        await work(JSON.parse(row.event))
        finish.run(row.id)
      } catch (error) {
        console.error(`${row.id} is tried again in ${AGAIN_AFTER_MS / 1000} s:`, error)
        postpone.run(Date.now() + AGAIN_AFTER_MS, row.id)
      }
    }
    busy = false
  }
  setInterval(workOff, 1_000).unref()
  setImmediate(workOff)

  return (event) => {
    const isNew = insert.run(event.id, JSON.stringify(event)).changes === 1
    if (isNew) setImmediate(workOff)
    return isNew
  }
}
