#!/usr/bin/env node
import { keepYoungSpaceSmall } from './command/young-space.ts'

// Before anything else is loaded, as it is about the loading.
keepYoungSpaceSmall()
const { processIo, runCommand } = await import('@movoice-kit/core/command')
const { hooksCommand } = await import('./command/index.ts')

const io = processIo()
process.exitCode = await runCommand(hooksCommand(io), process.argv.slice(2), io)
