import { describe, expect, it } from 'vitest'
import type { Call } from '../contract/call.ts'
import { mayBePlacedBy } from './placed-by.ts'

const input = {
  agent_id: 'agent_a',
  recipient_phone: '+12025550101',
  variables: { name: 'Asha', amount: 5 },
  schedule_at: 1_800_000_000,
}
const call = (change: object): Call =>
  ({ call_id: 'call_1', status: 'active', recipient_phone: '+12025550101', ...change }) as Call

describe('a call of the list', () => {
  it.each<[string, object]>([
    ['that shows little', {}],
    ['that shows all', input],
    ['with a number in other clothes', { ...input, recipient_phone: '+1 (202) 555-0101' }],
    ['with values as texts', { variables: { name: 'Asha', amount: '5' } }],
    ['with variables of Movoice’s own', { variables: { name: 'Asha', amount: 5, campaign: 'x' } }],
    ['with some of the variables', { variables: { name: 'Asha' } }],
    ['with nulls for what it does not show', { agent_id: null, variables: null, schedule_at: null }],
  ])('%s may be it', (_what, change) => {
    expect(mayBePlacedBy(call(change), input)).toBe(true)
  })

  it.each<[string, object]>([
    ['of another agent', { agent_id: 'agent_b' }],
    ['to another number', { recipient_phone: '+12025550102' }],
    ['without a number', { recipient_phone: null }],
    ['for another time', { schedule_at: 1_800_000_060 }],
    ['with another value', { variables: { name: 'Ravi', amount: 5 } }],
  ])('%s is not it', (_what, change) => {
    expect(mayBePlacedBy(call(change), input)).toBe(false)
  })

  it('of a request without variables and time may have any', () => {
    const plain = { agent_id: 'agent_a', recipient_phone: '+12025550101' }
    expect(mayBePlacedBy(call(input), plain)).toBe(true)
  })
})
