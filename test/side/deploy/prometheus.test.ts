import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { signWebhook } from '@movoice-kit/core/events'
import { createHooks } from '@movoice-kit/hooks'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { anchorsOf, blocksOf, read } from '../../docs/pages.ts'
import { atHand } from '../../tools.ts'

const folder = join(import.meta.dirname, '../../../examples/prometheus')
const text = (name: string) => readFileSync(join(folder, name), 'utf8')

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly alert: string
      readonly expr: string
      readonly labels: { readonly severity: string }
      readonly annotations: { readonly summary: string; readonly runbook: string }
    }[]
  }[]
}

const rules = (parse(text('alerts.yaml')) as Rules).groups.flatMap((group) => group.rules)

describe('the alerts for Prometheus', () => {
  test('ask for metrics and labels that the server has', async () => {
    const hooks = await createHooks({ webhookSecret: 'secret' })
    try {
      const body = JSON.stringify({ event_type: 'call.started', call_id: 'call_1' })
      const headers = {
        'content-type': 'application/json',
        'x-movoice-signature': signWebhook(body, 'secret'),
      }
      await fetch(`${hooks.url}/movoice`, { method: 'POST', headers, body })
      const authorization = `Bearer ${hooks.token}`
      const served = await (await fetch(`${hooks.url}/metrics`, { headers: { authorization } })).text()
      const metrics = new Set([...served.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name))
      const asked = rules.flatMap(({ expr }) => expr.match(/\bmovoice_hooks_\w+/g) ?? [])
      expect(asked.length).toBeGreaterThan(8)
      expect(asked.filter((name) => !metrics.has(name))).toEqual([])
      expect(served).toMatch(/movoice_hooks_webhooks_total\{account="default",result="new"\} 1/)
      expect(served).toMatch(/movoice_hooks_deliveries\{status="failed"\} 0/)
    } finally {
      await hooks.close()
    }
  })

  test.each(rules.map((rule) => [rule.alert, rule] as const))(
    '%s leads to its part of the runbook',
    (_, rule) => {
      const [page, anchor = ''] = rule.annotations.runbook.split('#')
      expect(page).toBe('docs/runbook.md')
      expect(anchorsOf('docs/runbook.md')).toContain(anchor)
      expect(['page', 'ticket']).toContain(rule.labels.severity)
    },
  )

  test('are what the table of the runbook tells', () => {
    const [, table = ''] = read('docs/runbook.md').split('| alert |')
    const told = [...(table.split('\n\n')[0] ?? '').matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name)
    expect(told.sort()).toEqual(rules.map(({ alert }) => alert).sort())
  })

  const promtool = atHand('promtool', '--version') ? ['promtool'] : []
  test.each(promtool)('pass their own tests by %s, as the README tells to run it', () => {
    const [check = ''] = blocksOf('examples/prometheus/README.md')[0]?.code.split('\n') ?? []
    expect(check).toContain('promtool test rules alerts.test.yaml')
    const { status, stdout, stderr } = spawnSync('sh', ['-c', check], { cwd: folder, encoding: 'utf8' })
    expect(status, stdout + stderr).toBe(0)
  })
})
