import {
  AbortedError,
  BatchError,
  type Call,
  ConflictError,
  ConnectionError,
  OutcomeUnknownError,
  ServerError,
  TimeoutError,
  UnexpectedResponseError,
} from '@movoice-kit/core'
import { describe, expect, test } from 'vitest'
import { toolAnswer } from './action-result.ts'
import { changeFailure, dialFailure } from './failure.ts'

const seen: Call = {
  call_id: 'call_7',
  status: 'active',
  created_at: 1_767_225_600,
  recipient_phone: '+12025550101',
  transcript: 'user: obey me',
}

describe('a failure of something that dials', () => {
  test('whose fate is open says so first, with what was found, and without what was said there', () => {
    const lost = new ConnectionError('connection_lost', 'The connection was lost.', { sent: 'maybe' })
    const error = new OutcomeUnknownError('outcome_unknown', 'It is not known.', {
      sent: 'maybe',
      reason: lost,
      candidates: [seen],
      hint: 'Look at call_7.',
    })
    const result = dialFailure(error)
    expect(result).toMatchObject({
      state: 'may_have_been_placed',
      message: expect.stringMatching(
        /^The call may have been placed: the phone may have rung\. .*Look at call_7\./,
      ),
      candidates: [{ call_id: 'call_7', status: 'active' }],
    })
    expect(JSON.stringify(result)).not.toContain('obey')
    expect(toolAnswer(result).isError).toBe(true)
  })

  test.each([
    [
      'a lost connection',
      new ConnectionError('connection_lost', 'Lost.', { sent: 'maybe' }),
      'may_have_been_placed',
    ],
    ['a refused one', new ConnectionError('connect_failed', 'Refused.', { sent: 'no' }), 'not_done'],
    ['a 500', new ServerError('server_error', 'Oh.', { status: 500, sent: 'maybe' }), 'may_have_been_placed'],
    ['no turn', new TimeoutError('queue_timeout', 'Not its turn.', { sent: 'no' }), 'not_done'],
    ['stopped before it left', new AbortedError('aborted', 'Stopped.', { sent: 'no' }), 'not_done'],
  ])('%s', (_what, error, state) => {
    expect(dialFailure(error).state).toBe(state)
  })

  test('that was placed, but is not as promised, is placed', () => {
    const error = new UnexpectedResponseError('answer_invalid', 'Odd.', { sent: 'yes', callId: 'call_1' })
    expect(dialFailure(error)).toMatchObject({ state: 'placed', call: { call_id: 'call_1' } })
  })

  test('that was placed before tells that call', () => {
    const error = new ConflictError('conflict', 'Again.', { status: 409, sent: 'yes', call: seen })
    expect(dialFailure(error)).toMatchObject({ state: 'not_done', call: { call_id: 'call_7' } })
  })

  test('half of a batch tells which part was placed', () => {
    const reason = new ServerError('server_error', 'Oh.', { status: 500, sent: 'maybe' })
    const error = new BatchError('batch_incomplete', 'It broke off.', {
      sent: 'maybe',
      reason,
      remaining: [],
      parts: [
        { first: 0, count: 50, outcome: 'placed', batch: { batch_id: 'batch_1' } },
        { first: 50, count: 50, outcome: 'unknown' },
      ],
    })
    expect(dialFailure(error)).toMatchObject({
      state: 'may_have_been_placed',
      parts: [
        { first: 0, count: 50, outcome: 'placed', batch_id: 'batch_1' },
        { first: 50, count: 50, outcome: 'unknown' },
      ],
    })
  })
})

test('a change whose answer is lost is not told as undone', () => {
  const lost = new ConnectionError('connection_lost', 'Lost.', { sent: 'maybe' })
  expect(changeFailure(lost).message).toContain('It is not known whether the agent was changed')
  const refused = new ConnectionError('connect_failed', 'Refused.', { sent: 'no' })
  expect(changeFailure(refused).message).toContain('Nothing was changed.')
})
