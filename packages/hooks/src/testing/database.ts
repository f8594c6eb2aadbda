import { randomBytes } from 'node:crypto'
import pg from 'pg'

/** Makes a database on a server of a test's own: empty, or a copy of another that nobody uses now. Returns its URL. */
export async function freshDatabase(serverUrl: string, copied?: string): Promise<string> {
  const name = `test_${randomBytes(6).toString('hex')}`
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  try {
    const template = copied === undefined ? '' : ` template ${new URL(copied).pathname.slice(1)}`
    await client.query(`create database ${name}${template}`)
  } finally {
    await client.end()
  }
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}
