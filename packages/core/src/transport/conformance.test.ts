import axios from 'axios'
import { describe, expect, test } from 'vitest'
import { type Transport, TransportFailure } from '../engine/transport.ts'
import { transportCases } from '../testing/index.ts'
import { axiosTransport } from './axios.ts'
import { fetchTransport } from './fetch.ts'

describe('the axios transport', () => {
  test.concurrent.each(transportCases(() => axiosTransport()))('$name', ({ run }) => run())
})

describe('the axios transport over an instance with defaults of its own', () => {
  const instance = axios.create({
    maxRedirects: 5,
    validateStatus: (status) => status === 200,
    timeout: 9_000,
  })
  test.concurrent.each(transportCases(() => axiosTransport({ instance })))('$name', ({ run }) => run())
})

describe('the fetch transport', () => {
  test.concurrent.each(transportCases(() => fetchTransport()))('$name', ({ run }) => run())
})

/** Does what most clients do: follows redirects, sends again after a reset, and keeps nothing of an error. */
const careless: Transport = async (request) => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { method, url, headers, body = null } = request
      const response = await fetch(url, { method, headers: { ...headers }, body })
      return {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body: await response.text(),
      }
    } catch (error) {
      if (attempt === 3) throw Object.assign(new TransportFailure('unknown', 'no'), { request, cause: error })
    }
  }
}

describe('the conformance suite', () => {
  test('finds out a transport that is careless', async () => {
    const cases = transportCases(() => careless).filter(({ name }) =>
      /307|reset|refused|hangup|breaks|unicode|resolves for 200/.test(name),
    )
    const results = await Promise.allSettled(cases.map(({ run }) => run()))
    const failed = cases.filter((_, index) => results[index]?.status === 'rejected').map(({ name }) => name)
    expect(failed.join('\n')).toMatch(/gives a 307 back and does not follow it/)
    expect(failed.join('\n')).toMatch(/may have arrived after "reset"/)
    expect(failed.join('\n')).toMatch(/sends one call once and says so after "hangup"/)
    expect(failed.join('\n')).toMatch(/nothing was sent when the connection is refused/)
    expect(failed).not.toContain('resolves for 200 with its headers and body, after one request')
  })
})
