#!/usr/bin/env node
import { processIo, runCommand } from '@movoice-kit/core/command'
import { sandboxCommand } from './command.ts'

const io = processIo()
process.exitCode = await runCommand(sandboxCommand(io).name('movoice-sandbox'), process.argv.slice(2), io)
