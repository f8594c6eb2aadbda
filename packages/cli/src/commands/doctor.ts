import type { CommandIo } from '@movoice-kit/core/command'
import type { Command } from 'commander'
import type { DoctorFlags } from '../actions/doctor.ts'
import { commandFor, formatOption, quietOption } from './options.ts'

const AFTER = `
✓ is as it should be, ✗ is not and stops something from working, – is not set
up. It places no call, changes nothing, and prints no secret. The code is 1 if
there is a ✗.`

/** `movoice doctor`. */
export function doctorCommand(io: CommandIo): Command {
  return commandFor(io, 'doctor')
    .description('Look at everything the kit needs, and say what to do about what is wrong.')
    .addOption(quietOption())
    .addOption(formatOption())
    .addHelpText('after', AFTER)
    .action(async (flags: DoctorFlags) => {
      const { doctor } = await import('../actions/doctor.ts')
      await doctor(io, flags)
    })
}
