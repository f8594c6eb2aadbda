#!/usr/bin/env node
import { processIo, runCommand } from '@movoice-kit/core/command'
import { mcpCommand } from './command.ts'

const io = processIo()
process.exitCode = await runCommand(mcpCommand(io).name('movoice-mcp'), process.argv.slice(2), io)
