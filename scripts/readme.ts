// Writes what the README repeats from the contract: `npx pnpm@12 readme`. A test says when it is due.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { assumptionNotes } from '@movoice-kit/core/contract'

const path = join(import.meta.dirname, '../README.md')
const [before = '', , after = ''] = readFileSync(path, 'utf8').split(/<!-- \/?assumptions -->/)
const list = assumptionNotes.map(({ says }) => `- ${says}`).join('\n')
writeFileSync(path, `${before}<!-- assumptions -->\n${list}\n<!-- /assumptions -->${after}`)
