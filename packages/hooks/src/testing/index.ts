// For the tests of this workspace; not part of what is published.
export { freshDatabase } from './database.ts'
export { Receiver } from './receiver.ts'
export { ScriptedSender } from './scripted-sender.ts'
export { completed, Running, SECRET, Stage } from './start.ts'
export { until } from './until.ts'
