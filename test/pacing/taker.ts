// Takes as many of 25 slots as it can get, twenty times at once, and prints how many it got.
import { postgresSlotLog } from '@movoice-kit/core/postgres'
import { poolOf } from '../side/postgres/start.ts'

const pool = await poolOf(process.env.DATABASE_URL)
const log = postgresSlotLog(pool, { account: 'processes' })
const taken = await Promise.all(Array.from({ length: 20 }, () => log.take(25, 0)))
console.log(taken.filter((one) => 'token' in one).length)
await pool.end()
