import axios from 'axios'
import { describe, test } from 'vitest'
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
