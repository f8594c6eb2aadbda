import { transportCases } from '@movoice-kit/core/testing'
import { describe, test } from 'vitest'
import { realZ } from './testing/z.ts'
import { zapierTransport } from './transport.ts'

const z = await realZ()

describe('the transport over z.request', () => {
  test.each(transportCases(() => zapierTransport(z)))('$name', ({ run }) => run())
})
