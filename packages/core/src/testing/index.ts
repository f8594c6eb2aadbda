// For the tests of this workspace; not part of what is published.
export { leaksOf } from './canary.ts'
export { type FaultyServer, faultyServer, type SeenRequest } from './faulty-server.ts'
export { freePort } from './free-port.ts'
export { type Fate, PhoneNetwork, type Ring } from './phone-network.ts'
export { created, KEY, type Step, scripted } from './scripted.ts'
export { type TransportAbility, type TransportCase, transportCases } from './transport-cases.ts'
export { until } from './until.ts'
export { VirtualClock } from './virtual-clock.ts'
