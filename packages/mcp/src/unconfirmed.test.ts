import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { call, type Era, type Habit, Stage, type TestClient } from './testing/stage.ts'

const habits: readonly Habit[] = ['accepts', 'declines', 'cannot_ask']
const eras: readonly Era[] = ['modern', 'legacy']
const phones = ['+12025550101', '+12025550102', '+12025550107'] as const

let stage: Stage
const clients = new Map<string, TestClient>()
beforeAll(async () => {
  stage = await Stage.begin({ limit: 1_000_000 }, { speed: 600, plan: 'enterprise' })
  for (const habit of habits) {
    for (const era of eras) clients.set(`${habit} ${era}`, await stage.client(habit, era))
  }
})
afterAll(() => stage.end())

const who = fc.record({ habit: fc.constantFrom(...habits), era: fc.constantFrom(...eras) })
const step = fc.oneof(
  fc.record({ kind: fc.constant('call' as const), who, phone: fc.constantFrom(...phones) }),
  fc.record({
    kind: fc.constant('batch' as const),
    who,
    recipients: fc.uniqueArray(fc.constantFrom(...phones), { minLength: 1 }),
  }),
  fc.record({
    kind: fc.constant('confirm' as const),
    who,
    // Which of the tokens so far, or one that nobody made; by so many at the same moment.
    token: fc.oneof(fc.nat(20), fc.constant('confirm_guess')),
    atOnce: fc.integer({ min: 1, max: 4 }),
  }),
)

test('whatever assistants do, in whatever order and at once: as many phones ring as people said yes to', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
      const before = stage.rings
      /** Tokens that were handed out, with how many phones each is good for until it is used. */
      const tokens: { readonly token: string; left: number }[] = []
      let yes = 0
      for (const one of steps) {
        const { habit, era } = one.who
        const { client } = clients.get(`${habit} ${era}`) ?? {}
        if (client === undefined) throw new Error('There is no such client.')
        if (one.kind === 'confirm') {
          const known =
            typeof one.token === 'number' ? tokens[one.token % Math.max(1, tokens.length)] : undefined
          const token = known?.token ?? 'confirm_guess'
          const answers = await Promise.all(
            Array.from({ length: one.atOnce }, () => call(client, 'confirm_action', { token })),
          )
          const placed = answers.filter(({ structured }) => structured.state === 'placed')
          expect(placed).toHaveLength(known === undefined ? 0 : one.atOnce)
          yes += known?.left ?? 0
          if (known !== undefined) known.left = 0
          continue
        }
        const numbers = one.kind === 'call' ? [one.phone] : one.recipients
        const { structured } = await (one.kind === 'call'
          ? call(client, 'place_call', { agent_id: 'agent_clinic', recipient_phone: one.phone })
          : call(client, 'create_batch', {
              agent_id: 'agent_clinic',
              recipients: one.recipients.map((phone) => ({ phone })),
            }))
        if (habit === 'accepts') yes += numbers.length
        if (habit === 'cannot_ask') {
          const { token } = structured.confirmation as { token: string }
          tokens.push({ token, left: numbers.length })
        }
      }
      // A batch rings its people one after the other.
      await stage.sandbox.advance(120)
      expect(stage.rings - before).toBe(yes)
    }),
    { numRuns: 25, seed: 20_261_125 },
  )
})
