import { describe, expect, it } from 'vitest'
import { classifyNetworkError } from './transport.ts'

describe('what a system error proves', () => {
  it.each([
    ['ECONNREFUSED', 'connect', 'connect', 'no'],
    ['ETIMEDOUT', 'connect', 'connect', 'no'],
    ['ECONNRESET', 'connect', 'connect', 'no'],
    ['EHOSTUNREACH', 'connect', 'connect', 'no'],
    ['UND_ERR_CONNECT_TIMEOUT', undefined, 'connect', 'no'],
    ['ENOTFOUND', 'getaddrinfo', 'dns', 'no'],
    ['EAI_AGAIN', 'getaddrinfo', 'dns', 'no'],
    ['CERT_HAS_EXPIRED', undefined, 'tls', 'no'],
    ['SELF_SIGNED_CERT_IN_CHAIN', undefined, 'tls', 'no'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', undefined, 'tls', 'no'],
    ['EPROTO', 'write', 'tls', 'no'],
    ['EPROTO', 'read', 'reset', 'maybe'],
    ['ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC', undefined, 'reset', 'maybe'],
    ['ECONNRESET', 'read', 'reset', 'maybe'],
    ['ECONNRESET', undefined, 'reset', 'maybe'],
    ['EPIPE', 'write', 'reset', 'maybe'],
    ['UND_ERR_SOCKET', undefined, 'reset', 'maybe'],
    ['ETIMEDOUT', 'read', 'timeout', 'maybe'],
    ['UND_ERR_HEADERS_TIMEOUT', undefined, 'unknown', 'maybe'],
    ['ESOMETHING', 'connect', 'connect', 'no'],
    ['ESOMETHING', undefined, 'unknown', 'maybe'],
    [undefined, 'connect', 'unknown', 'maybe'],
    [42, undefined, 'unknown', 'maybe'],
  ])('%s at %s: %s, sent: %s', (code, syscall, kind, sent) => {
    const failure = classifyNetworkError({ code, syscall })
    expect([failure.kind, failure.sent]).toEqual([kind, sent])
  })
})
