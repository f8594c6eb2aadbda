import { isMovoiceError } from '../engine/errors.ts'
import { CommandError } from './command-error.ts'
import { exitCodes } from './exit-codes.ts'

/**
 * For the part of a command that can make a phone ring: a failure that leaves open whether it did ends the command
 * with {@link exitCodes.unknown}, however it failed. The same failure of a question is just an outage.
 *
 * @example
 * const placed = await dialling(movoice.calls.create(input))
 */
export async function dialling<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!isMovoiceError(error) || error.sent !== 'maybe') throw error
    throw new CommandError(error.message, { hint: error.hint, exitCode: exitCodes.unknown })
  }
}
