// For the tests of this workspace; not part of what is published.
export { created, KEY, type Step, scripted } from './scripted.ts'
export { VirtualClock } from './virtual-clock.ts'
