import type { CommandIo } from '@movoice-kit/core/command'
import type { Command } from 'commander'

/** A command of `movoice`: its code is loaded when it is asked for, so that none pays for another's start. */
export interface Door {
  readonly name: string
  readonly summary: string
  readonly group: string
  readonly load: (io: CommandIo) => Promise<Command>
}

const CALLS = 'Calls and agents:'
const WEBHOOKS = 'Webhooks:'
const LOCAL = 'On this machine:'

/** Every command, in the order in which they are listed. */
export const doors: readonly Door[] = [
  {
    name: 'call',
    summary: 'Place a call, and wait for its result if told to',
    group: CALLS,
    load: async (io) => (await import('./commands/call.ts')).callCommand(io),
  },
  {
    name: 'calls',
    summary: 'List calls, or read one with its summary and transcript',
    group: CALLS,
    load: async (io) => (await import('./commands/calls.ts')).callsCommand(io),
  },
  {
    name: 'batch',
    summary: 'Call everybody in a CSV file, and go on after an interruption',
    group: CALLS,
    load: async (io) => (await import('./commands/batch.ts')).batchCommand(io),
  },
  {
    name: 'agents',
    summary: 'List, read and change voice agents',
    group: CALLS,
    load: async (io) => (await import('./commands/agents.ts')).agentsCommand(io),
  },
  {
    name: 'listen',
    summary: 'Hand what happens to calls on to a URL on this machine',
    group: WEBHOOKS,
    load: async (io) => (await import('./commands/listen.ts')).listenCommand(io),
  },
  {
    name: 'events',
    summary: 'See what the relay was told about calls, and tell it again',
    group: WEBHOOKS,
    load: async (io) => (await import('./commands/events.ts')).eventsCommand(io),
  },
  {
    name: 'trigger',
    summary: 'Send a webhook as Movoice would, signed, to a URL of yours',
    group: WEBHOOKS,
    load: async (io) => (await import('./commands/trigger.ts')).triggerCommand(io),
  },
  {
    name: 'verify',
    summary: 'Say why a signature does not fit',
    group: WEBHOOKS,
    load: async (io) => (await import('./commands/verify.ts')).verifyCommand(io),
  },
  {
    name: 'doctor',
    summary: 'Say what is wrong with the set-up, and what to do about it',
    group: LOCAL,
    load: async (io) => (await import('./commands/doctor.ts')).doctorCommand(io),
  },
  {
    name: 'up',
    summary: 'Run all of it for local work: sandbox, relay and more',
    group: LOCAL,
    load: async (io) => (await import('./commands/up.ts')).upCommand(io),
  },
  {
    name: 'demo',
    summary: 'See the whole kit at work: a call placed, its end delivered',
    group: LOCAL,
    load: async (io) => (await import('./commands/demo.ts')).demoCommand(io),
  },
  {
    name: 'sandbox',
    summary: 'Run a Movoice that needs no account and rings no one',
    group: LOCAL,
    load: async (io) => (await import('@movoice-kit/sandbox/command')).sandboxCommand(io),
  },
  {
    name: 'hooks',
    summary: 'Run the webhook relay: one webhook in, many subscriptions out',
    group: LOCAL,
    load: async (io) => (await import('@movoice-kit/hooks/command')).hooksCommand(io),
  },
  {
    name: 'slack',
    summary: 'Run the Slack app: /call, and its result back',
    group: LOCAL,
    load: async (io) => (await import('@movoice-kit/slack/command')).slackCommand(io),
  },
  {
    name: 'mcp',
    summary: 'Serve AI assistants, which place calls that you confirm',
    group: LOCAL,
    load: async (io) => (await import('@movoice-kit/mcp/command')).mcpCommand(io),
  },
  {
    name: 'completion',
    summary: 'Print what makes bash, zsh or fish complete commands and flags',
    group: LOCAL,
    load: async (io) => (await import('./commands/completion.ts')).completionCommand(io),
  },
]
