import { KEY, transportCases } from '@movoice-kit/core/testing'
import { describe, test } from 'vitest'
import { n8nTransport, plainTransport } from '../../../packages/n8n/src/shared/transport.ts'
import { functionsOf } from './engine.ts'

const functions = functionsOf({ apiKey: KEY, baseUrl: 'http://127.0.0.1:1' })
// n8n's helper reads an answer of any size.
const able = { cannot: ['bounds'] } as const

describe('n8n’s HTTP helper with the credential', () => {
  test.concurrent.each(transportCases(() => n8nTransport(functions), able))('$name', ({ run }) => run())
})

describe('n8n’s HTTP helper', () => {
  test.concurrent.each(transportCases(() => plainTransport(functions), able))('$name', ({ run }) => run())
})
