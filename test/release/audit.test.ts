import { execFile } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { type Advisory, argued, auditProblems } from '../../scripts/release/audit.ts'

const root = join(import.meta.dirname, '../..')
const advisory: Advisory = {
  github_advisory_id: 'GHSA-aaaa-bbbb-cccc',
  module_name: 'axios',
  severity: 'high',
  title: 'Something',
  vulnerable_versions: '<99',
  url: 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc',
}
const known = {
  id: advisory.github_advisory_id,
  because: 'It needs a flag that we do not set.',
  until: '2027-01-31',
}

describe('a finding', () => {
  test('is told', () => {
    expect(auditProblems([advisory], [], '2026-12-01')[0]).toMatch(
      /^axios <99: Something \(high, GHSA-aaaa-bbbb-cccc/,
    )
  })

  test('that is argued is not told, until its day is over', () => {
    expect(auditProblems([advisory], [known], '2027-01-31')).toEqual([])
    expect(auditProblems([advisory], [known], '2027-02-01')).toHaveLength(1)
  })

  test('that is gone is taken off the list', () => {
    expect(auditProblems([], [known], '2026-12-01')[0]).toMatch(/no longer found/)
  })
})

test('what is argued is argued, for half a year at most', () => {
  for (const { id, because, until } of argued) {
    expect(id).toMatch(/^GHSA(-[a-z0-9]{4}){3}$/)
    expect(because.length).toBeGreaterThan(30)
    expect(Date.parse(until)).toBeLessThan(Date.now() + 184 * 86_400_000)
  }
})

describe('the command, with a registry that answers as npm’s does', () => {
  let server: Server | undefined
  afterEach(() => server?.close())

  const run = async (status: number, body: unknown): Promise<{ code: number; out: string }> => {
    server = createServer((request, response) => {
      request.resume().on('end', () => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      })
    })
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
    const registry = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    return new Promise((resolve) => {
      const script = [join(root, 'scripts/release/audit.ts'), '--registry', registry]
      execFile('node', script, { cwd: root }, (error, out, err) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, out: out + err })
      })
    })
  }
  const { github_advisory_id: _id, module_name: _name, ...rest } = advisory

  test('says that nothing is known', async () => {
    expect(await run(200, {})).toEqual({ code: 0, out: 'No known fault.\n' })
  })

  test('fails for a finding, and names it', async () => {
    const { code, out } = await run(200, { axios: [{ id: 1, cwe: [], cvss: { score: 7 }, ...rest }] })
    expect(code).toBe(1)
    expect(out).toMatch(/axios <99: Something \(high, GHSA-aaaa-bbbb-cccc/)
  })

  test('does not take a registry that cannot tell for one that knows of nothing', async () => {
    const { code, out } = await run(405, { message: 'Not here.' })
    expect(code).toBe(2)
    expect(out).toMatch(/The registry gave no report/)
  })
})
