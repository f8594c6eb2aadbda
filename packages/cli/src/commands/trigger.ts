import { type CommandIo, type WebhookEventType, webhookEventTypes } from '@movoice-kit/core/command'
import { Argument, type Command } from 'commander'
import type { TriggerFlags } from '../actions/trigger.ts'
import { commandFor, httpUrl, keyValue, quietOption } from './options.ts'

const AFTER = `
Examples:
  movoice trigger call.completed --to http://127.0.0.1:4020/movoice
  movoice trigger call.failed --to http://127.0.0.1:3000/ --override reason=busy

A field within another is written with a point: --override
parameters.day=Monday. A value that is JSON, such as 12 or {"day":"Monday"}, is
sent as such; any other is text.`

/** `movoice trigger`. */
export function triggerCommand(io: CommandIo): Command {
  return commandFor(io, 'trigger')
    .description('Send a webhook as Movoice would, signed, to a URL of yours.')
    .addArgument(new Argument('<event>', 'what happened').choices(webhookEventTypes))
    .requiredOption('--to <url>', 'where to send it', httpUrl)
    .option('--secret <secret>', 'what to sign it with; MOVOICE_WEBHOOK_SECRET if not given')
    .option(
      '--override <field=value>',
      'another value for a field, or one more field; may be repeated',
      keyValue,
    )
    .option('--add <field=value>', 'one more field; may be repeated', keyValue)
    .option('--remove <field>', 'leave a field out; may be repeated', (name, before: string[] = []) => [
      ...before,
      name,
    ])
    .option('--print', 'print what would be sent, and send nothing')
    .addOption(quietOption())
    .addHelpText('after', AFTER)
    .action(async (event: WebhookEventType, flags: TriggerFlags) => {
      const { trigger } = await import('../actions/trigger.ts')
      await trigger(io, event, flags)
    })
}
