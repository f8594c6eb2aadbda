import { describe, expect, test } from 'vitest'
import { ConflictError, ConnectionError, OutcomeUnknownError, ValidationError } from '../engine/errors.ts'
import { CommandError, ConfigurationError, dialling, exitCodes, runCommand } from './index.ts'

async function run(outcome: unknown) {
  const lines: string[] = []
  const command = {
    parseAsync: async () => {
      if (outcome !== undefined) throw outcome
    },
  }
  const code = await runCommand(command, [], { stderr: { write: (text) => lines.push(text) } })
  return { code, text: lines.join('') }
}

describe('runCommand', () => {
  test('ends with 0 and says nothing when all went well', async () => {
    expect(await run(undefined)).toEqual({ code: 0, text: '' })
  })

  test.each([
    [new ConfigurationError('HOOKS_TOKEN', 'is missing', 'Set it.'), exitCodes.usage],
    [new CommandError('Port 1 is in use.', { hint: 'Choose another.' }), exitCodes.failed],
    [new ValidationError('The call', [{ path: 'agent_id', message: 'is missing' }]), exitCodes.usage],
    [new ConflictError('conflict', 'Already placed.', { sent: 'maybe' }), exitCodes.refused],
    [new ConnectionError('refused', 'No connection.', { sent: 'no' }), exitCodes.unavailable],
    [new ConnectionError('reset', 'Cut off.', { sent: 'maybe' }), exitCodes.unavailable],
    [new OutcomeUnknownError('outcome_unknown', 'It may ring.'), exitCodes.unknown],
  ])('shows %s as one line without a stack', async (error, code) => {
    const shown = await run(error)
    expect(shown.code).toBe(code)
    expect(shown.text).toMatch(/^[^\n]+\n$/)
    expect(shown.text).not.toContain('    at ')
  })

  test('shows the stack of a fault of its own', async () => {
    const shown = await run(new TypeError('undefined is not a function'))
    expect(shown.code).toBe(exitCodes.failed)
    expect(shown.text).toContain('    at ')
  })

  test('leaves what the option parser has said alone', async () => {
    const help = Object.assign(new Error('(outputHelp)'), { code: 'commander.helpDisplayed', exitCode: 0 })
    expect(await run(help)).toEqual({ code: 0, text: '' })
    const wrong = Object.assign(new Error('unknown'), { code: 'commander.unknownOption', exitCode: 1 })
    expect(await run(wrong)).toEqual({ code: 2, text: '' })
  })
})

test('what fails while a phone may ring ends with a code of its own', async () => {
  const lost = new ConnectionError('reset', 'Cut off.', { sent: 'maybe' })
  const unsent = new ConnectionError('refused', 'No connection.', { sent: 'no' })
  const codeOf = async (error: Error) =>
    (await run(await dialling(Promise.reject(error)).catch((thrown: unknown) => thrown))).code
  expect(await codeOf(lost)).toBe(exitCodes.unknown)
  expect(await codeOf(unsent)).toBe(exitCodes.unavailable)
  expect(await dialling(Promise.resolve('call_1'))).toBe('call_1')
})
