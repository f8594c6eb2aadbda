#!/usr/bin/env node
import { processIo, runCommand } from '@movoice-kit/core/command'
import { slackCommand } from './command.ts'

const io = processIo()
process.exitCode = await runCommand(slackCommand(io), process.argv.slice(2), io)
