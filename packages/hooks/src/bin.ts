#!/usr/bin/env node
import { processIo, runCommand } from '@movoice-kit/core/command'
import { hooksCommand } from './command/index.ts'

const io = processIo()
process.exitCode = await runCommand(hooksCommand(io), process.argv.slice(2), io)
