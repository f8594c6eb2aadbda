// One of the two engines in a process of its own, to be killed: `worker.ts <own|boss> <database> <target> <events>`.
import { completed, startEngine } from '@movoice-kit/hooks/testing'
import { startBossEngine } from './boss-engine.ts'

const [, , name = '', databaseUrl = '', target = '', events = '0'] = process.argv
const engine = await (name === 'boss' ? startBossEngine(databaseUrl) : startEngine({ databaseUrl }))
const count = Number(events)
if (count > 0) await engine.subscribe(target)
await Promise.all(Array.from({ length: count }, (_, index) => engine.take(completed(`call_${index}`))))
console.log(`ready for ${target}`)
