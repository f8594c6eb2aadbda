import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')

async function start(data: string): Promise<{ child: ChildProcess; baseUrl: string }> {
  const args = ['--conditions=source', '--disable-warning=ExperimentalWarning', 'packages/sandbox/src/bin.ts']
  const flags = ['--port', '0', '--plan', 'enterprise', '--speed', '20', '--data', data]
  const child = spawn(process.execPath, [...args, ...flags], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [said] = (await once(child.stdout, 'data')) as [Buffer]
  return { child, baseUrl: said.toString().trim().split(' ').at(-1) ?? '' }
}

const headers = { authorization: 'Bearer sk_sandbox_chaos', 'content-type': 'application/json' }

test('no call that was accepted is lost when a sandbox is killed, five times over', async () => {
  const data = mkdtempSync(join(tmpdir(), 'movoice-sandbox-'))
  const accepted = new Set<string>()
  try {
    for (let life = 0; life < 5; life += 1) {
      const { child, baseUrl } = await start(data)
      const gone = once(child, 'exit')
      let placing = true
      const worker = async () => {
        while (placing) {
          const body = JSON.stringify({ agent_id: 'agent_clinic', recipient_phone: '+12025550101' })
          try {
            const response = await fetch(`${baseUrl}/call`, { method: 'POST', headers, body })
            accepted.add(((await response.json()) as { call_id: string }).call_id)
          } catch {
            // The sandbox was killed under this request: whether it was carried out is open, so it is not counted.
            return
          }
        }
      }
      const workers = Array.from({ length: 8 }, worker)
      const wanted = accepted.size + 150
      while (accepted.size < wanted) await new Promise((resolve) => setTimeout(resolve, 5))
      child.kill('SIGKILL')
      placing = false
      await Promise.all([...workers, gone])
    }
    const { child, baseUrl } = await start(data)
    try {
      const kept = new Map<string, string>()
      for (let offset = 0; ; offset += 100) {
        const response = await fetch(`${baseUrl}/calls?limit=100&offset=${offset}`, { headers })
        const { calls } = (await response.json()) as { calls: { call_id: string; status: string }[] }
        if (calls.length === 0) break
        for (const { call_id, status } of calls) kept.set(call_id, status)
      }
      expect([...accepted].filter((id) => !kept.has(id))).toEqual([])
      // And those that were under way come to their end.
      await fetch(new URL('/_sandbox/advance', baseUrl), { method: 'POST', headers, body: '{"seconds":300}' })
      for (const id of [...accepted].slice(0, 50)) {
        const call = (await (await fetch(`${baseUrl}/calls/${id}`, { headers })).json()) as { status: string }
        expect(call.status).toBe('completed')
      }
    } finally {
      child.kill('SIGINT')
      await once(child, 'exit')
    }
  } finally {
    rmSync(data, { recursive: true, force: true })
  }
})
