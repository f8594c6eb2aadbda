#!/usr/bin/env node
import { processIo, runCommand } from '@movoice-kit/core/command'
import { program } from './program.ts'

const io = processIo()
process.exitCode = await runCommand(program(io), process.argv.slice(2), io)
