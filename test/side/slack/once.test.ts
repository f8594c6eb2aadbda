// No second ring: whatever Movoice and Slack do, one yes is at most one call, and nobody is told that it is none
// when it may be one.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createWorld, type World } from './app-world.ts'
import { SlackWorld } from './slack-world.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 })

describe('an answer that does not come, or is odd', () => {
  let world: World
  beforeEach(async () => {
    world = await createWorld()
  })
  afterEach(() => world.close())

  const place = async (number: string) => {
    const asked = await world.slack.command('/call', `${number} agent_clinic`)
    const button = SlackWorld.buttons(await world.slack.response(asked.id)).confirm_call
    await world.slack.click(button ?? { action_id: '' })
    await world.app.idle()
    return world.slack.messages()
  }

  test.each([
    ['+12025550112', 'an error after it placed the call'],
    ['+12025550113', 'a reset after it placed the call'],
    ['+12025550118', 'HTML'],
  ])('%s: %s is found, and shown as placed', async (number) => {
    const [card, ...more] = await place(number)
    expect(card?.edits.at(-1)).toContain('Calling')
    expect(more).toEqual([])
    expect(await world.rings()).toHaveLength(1)
  })

  test('a refusal is shown with its cause and a reference, and nobody is called', async () => {
    const [card] = await place('+12025550110')
    expect(card?.edits.at(-1)).toContain('Not placed')
    expect(card?.edits.at(-1)).toContain('Reference')
    expect(await world.rings()).toEqual([])
  })

  test('a conflict is not called again', async () => {
    const [card] = await place('+12025550119')
    expect(card?.edits.at(-1)).toContain('placed already')
    expect((await world.rings()).length).toBeLessThanOrEqual(1)
  })

  test('a card whose posting is cut off rings nobody, and is not posted twice', async () => {
    world.slack.faults.push({ method: 'chat.postMessage', fault: 'reset' })
    await place('+12025550101')
    expect(await world.rings()).toEqual([])
    expect(
      world.slack.calls('chat.postMessage').filter(({ body }) => JSON.stringify(body).includes('Placing')),
    ).toHaveLength(1)
    expect(world.slack.calls('chat.postMessage').at(-1)?.body.text).toContain('no call was placed')
  })

  test('where the app is not in the channel, the caller gets the card alone', async () => {
    world.slack.faults.push({ method: 'chat.postMessage', fault: { error: 'not_in_channel' } })
    const [card] = await place('+12025550101')
    expect(card?.channel).not.toBe(world.slack.general)
    expect(await world.rings()).toHaveLength(1)
  })

  test('an edit that fails is made good by the sweep, and the thread is told once', async () => {
    await place('+12025550101')
    world.slack.faults.push(
      { method: 'chat.update', fault: { error: 'internal_error' } },
      { method: 'chat.update', fault: { error: 'internal_error' } },
    )
    await world.advance(900)
    await world.app.sweep()
    await world.app.sweep()
    const [card, ...threads] = world.slack.messages()
    expect(card?.edits.at(-1)).toContain('Completed')
    expect(threads).toHaveLength(1)
  })
})
