import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCli } from '../testing/run-cli.ts'
import { withSandbox } from '../testing/with-sandbox.ts'

const place = withSandbox()

describe('movoice calls', () => {
  beforeAll(async () => {
    await runCli(['call', '+12025550101', '--agent', 'agent_clinic', '--yes', '--wait'], place.env)
  })

  test('prints JSON for programs', async () => {
    const { out } = await runCli(['calls', 'list', '-o', 'json'], place.env)
    const calls = JSON.parse(out) as { call_id: string; status: string }[]
    expect(calls.length).toBeGreaterThan(0)
    const { out: one } = await runCli(['calls', 'get', calls[0]?.call_id ?? '', '-o', 'json'], place.env)
    expect(JSON.parse(one)).toMatchObject({ call_id: calls[0]?.call_id })
    const { out: csv } = await runCli(['calls', 'list', '-o', 'csv'], place.env)
    expect(csv.split('\n')[0]).toBe('call,status,number,agent,created,duration,outcome,summary')
  })

  test('a cell that a spreadsheet would take for a formula stays text; a number stays a number', async () => {
    const argv = ['agents', 'update', 'agent_survey', '--yes', '-q', '--prompt', '=1+1', '-o', 'csv']
    const { out, err } = await runCli(argv, place.env)
    expect(err).toBe('')
    expect(out).toContain(",'=1+1\n")
    const { out: csv } = await runCli(['calls', 'list', '-o', 'csv'], place.env)
    expect(csv).toContain(',+12025550101,')
  })

  test('prints what was said, or says that there is nothing yet', async () => {
    const { out: list } = await runCli(['calls', 'list', '--status', 'completed', '-o', 'json'], place.env)
    const [{ call_id }] = JSON.parse(list) as [{ call_id: string }]
    expect((await runCli(['calls', 'transcript', call_id], place.env)).out).toMatch(/^agent: /)
    const { out: placed } = await runCli(
      ['call', '+12025550108', '--agent', 'agent_clinic', '--yes', '-o', 'json'],
      place.env,
    )
    const early = await runCli(
      ['calls', 'transcript', (JSON.parse(placed) as { call_id: string }).call_id],
      place.env,
    )
    expect(early).toMatchObject({ code: 1, out: '' })
    expect(early.err).toMatch(/^There is no transcript of call_\w+ \(status \w+\)\. It comes after the end/)
  })
})

describe('movoice calls recording', () => {
  let folder: string
  let other: Server
  let seen: { url: string; key: string | undefined }[]
  let api: Record<string, string>
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'movoice-recording-'))
    other = createServer((request, response) => {
      const { url = '', headers } = request
      seen.push({ url, key: headers.authorization })
      const port = (other.address() as AddressInfo).port
      const call = /^\/v1\/calls\/(\w+)$/.exec(url)?.[1]
      if (call !== undefined) {
        // The recording of call "x" is at /x.
        const recording_url = call === 'none' ? null : `http://127.0.0.1:${port}/${call}`
        response.writeHead(200).end(JSON.stringify({ call_id: call, status: 'completed', recording_url }))
      } else if (url === '/moved')
        response.writeHead(302, { location: `http://localhost:${port}/good` }).end()
      else if (url === '/round') response.writeHead(302, { location: '/round' }).end()
      else if (url === '/file') response.writeHead(302, { location: 'file:///etc/hostname' }).end()
      else if (url === '/page') response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Sign in</p>')
      else if (url === '/big')
        response.writeHead(200, { 'content-length': '3000000' }).end(Buffer.alloc(3_000_000))
      else if (url === '/endless') {
        response.writeHead(200)
        for (let n = 0; n < 30; n += 1) response.write(Buffer.alloc(100_000))
      } else if (url === '/cut') {
        response.writeHead(200, { 'content-length': '10' })
        response.write('half', () => response.destroy())
      } else if (url === '/gone') response.writeHead(410).end()
      else response.writeHead(200, { 'content-type': 'audio/wav' }).end('RIFF-a-voice')
    })
    await new Promise<void>((resolve) => other.listen(0, resolve))
    api = {
      MOVOICE_API_KEY: 'sk_1',
      MOVOICE_BASE_URL: `http://127.0.0.1:${(other.address() as AddressInfo).port}/v1`,
    }
  })
  afterAll(() => {
    other.closeAllConnections()
    other.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const fetchTo = async (call: string, ...flags: string[]) => {
    seen = []
    const path = join(folder, `${call}.wav`)
    return { path, ...(await runCli(['calls', 'recording', call, '--out', path, ...flags], api)) }
  }

  test('prints where it is', async () => {
    seen = []
    const { out } = await runCli(['calls', 'recording', 'good'], api)
    expect(out).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/good\n$/)
  })

  test('fetches it into a file of its own, for its owner alone', async () => {
    const { code, path, err } = await fetchTo('good')
    expect({ code, err }).toEqual({ code: 0, err: `${path}: 0.0 MB\n` })
    expect(readFileSync(path, 'utf8')).toBe('RIFF-a-voice')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(seen.at(-1)).toEqual({ url: '/good', key: 'Bearer sk_1' })
  })

  test('follows where it is sent on to, and keeps the key from other hosts', async () => {
    const { code, path } = await fetchTo('moved', '--quiet')
    expect(code).toBe(0)
    expect(readFileSync(path, 'utf8')).toBe('RIFF-a-voice')
    expect(seen.slice(1)).toEqual([
      { url: '/moved', key: 'Bearer sk_1' },
      { url: '/good', key: undefined },
    ])
  })

  test.each([
    ['none', [], /There is no recording of none/],
    ['round', [], /sent on more than 5 times/],
    ['file', [], /file:\/\/ address, which is not followed/],
    ['page', [], /answered with a page/],
    ['gone', [], /HTTP 410.*may have been deleted/],
    ['big', ['--max-size', '2'], /larger than 2 MB.*--max-size/],
    ['endless', ['--max-size', '2'], /larger than 2 MB/],
    ['cut', [], /could not be fetched \(.+\)\. Nothing was kept/],
  ])('%s: nothing is kept, and why is said', async (call, flags, line) => {
    const { code, err, path } = await fetchTo(call, ...flags)
    expect(code).toBe(1)
    expect(err).toMatch(line)
    expect(() => statSync(path)).toThrow()
    expect(() => statSync(`${path}.part`)).toThrow()
  })

  test('says which file cannot be written, as that is no fault of the recording', async () => {
    const out = join(folder, 'no', 'such.wav')
    expect(await runCli(['calls', 'recording', 'good', '--out', out], api)).toMatchObject({
      code: 2,
      err: `--out cannot be written (ENOENT): ${out}.\n`,
    })
  })

  test('never writes over a file unless told to', async () => {
    const path = join(folder, 'again.wav')
    writeFileSync(path, 'mine')
    const kept = await fetchTo('again')
    expect(kept).toMatchObject({ code: 2 })
    expect(kept.err).toMatch(/there already.*--force/)
    expect(readFileSync(path, 'utf8')).toBe('mine')
    expect((await fetchTo('again', '--force')).code).toBe(0)
    expect(readFileSync(path, 'utf8')).toBe('RIFF-a-voice')
  })
})
