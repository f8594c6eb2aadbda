import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Deployment } from 'kubernetes-models/apps/v1'
import { Ingress } from 'kubernetes-models/networking.k8s.io/v1'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1'
import { ConfigMap, Service } from 'kubernetes-models/v1'
import { describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { runHooks } from './reads.ts'

const folder = join(import.meta.dirname, '../../../examples/kubernetes')
const source = readFileSync(join(folder, 'hooks.yaml'), 'utf8')
const documents = parseAllDocuments(source).map((document) => document.toJS() as { kind: string })
const kinds = { ConfigMap, Deployment, Ingress, PodDisruptionBudget, Service } as const

// biome-ignore lint/suspicious/noExplicitAny: each class takes what its own schema says, which is what is tested.
const build = (kind: string, value: any) => new kinds[kind as keyof typeof kinds](value)
function one<Kind extends keyof typeof kinds>(kind: Kind): InstanceType<(typeof kinds)[Kind]> {
  const found = documents.filter((document) => document.kind === kind)
  expect(found).toHaveLength(1)
  return build(kind, found[0]) as InstanceType<(typeof kinds)[Kind]>
}

const deployment = one('Deployment')
const pod = deployment.spec?.template.spec
const container = pod?.containers[0]

describe('the Kubernetes manifest', () => {
  test.each(documents.map((document) => [document.kind, document] as const))(
    '%s fits its schema',
    (kind, document) => {
      build(kind, document).validate()
    },
  )

  test('would be refused with a wrong value', () => {
    const wrong = structuredClone(documents.find(({ kind }) => kind === 'Deployment')) as unknown as {
      kind: string
      spec: { replicas: unknown }
    }
    wrong.spec.replicas = 'two'
    expect(() => build('Deployment', wrong).validate()).toThrow()
  })

  test('every name that is pointed at is there', () => {
    const labels = deployment.spec?.template.metadata?.labels
    expect(deployment.spec?.selector.matchLabels).toEqual(labels)
    expect(one('Service').spec?.selector).toEqual(labels)
    expect(one('PodDisruptionBudget').spec?.selector?.matchLabels).toEqual(labels)
    const ports = container?.ports?.map(({ name }) => name)
    expect(ports).toContain(one('Service').spec?.ports?.[0]?.targetPort)
    for (const probe of [container?.livenessProbe, container?.readinessProbe, container?.startupProbe]) {
      expect(ports).toContain(probe?.httpGet?.port)
    }
    const backend = one('Ingress').spec?.rules?.[0]?.http?.paths[0]?.backend.service
    expect(backend?.name).toBe(one('Service').metadata?.name)
    expect(one('Service').spec?.ports?.map(({ name }) => name)).toContain(backend?.port?.name)
    expect(container?.envFrom?.[0]?.configMapRef?.name).toBe(one('ConfigMap').metadata?.name)
  })

  test('keeps one server up, and gives a stopped one its 10 s and the pause before', () => {
    expect(deployment.spec?.replicas).toBe(2)
    expect(one('PodDisruptionBudget').spec?.minAvailable).toBe(1)
    expect(deployment.spec?.strategy?.rollingUpdate?.maxUnavailable).toBe(0)
    const pause = container?.lifecycle?.preStop?.sleep?.seconds ?? Number.NaN
    expect(pod?.terminationGracePeriodSeconds).toBeGreaterThan(pause + 10)
  })

  test('probes what the server answers, and sets what it reads', async () => {
    const data = mkdtempSync(join(tmpdir(), 'kubernetes-'))
    const settings = one('ConfigMap').data ?? {}
    const readme = readFileSync(join(folder, 'README.md'), 'utf8')
    const secrets = [...readme.matchAll(/--from-literal=([A-Z_]+)=/g)].map(([, name = '']) => name)
    const env = {
      ...settings,
      HOOKS_TOKEN: 'a-token-of-the-manifest',
      MOVOICE_WEBHOOK_SECRET: 'secret',
      HOOKS_LOG_LEVEL: 'silent',
    }
    const probes = [container?.livenessProbe, container?.readinessProbe, container?.startupProbe]
    const ran = await runHooks(['--port', '0', '--data', data], env, async (url) => {
      for (const probe of probes) expect((await fetch(`${url}${probe?.httpGet?.path}`)).status).toBe(200)
    })
    rmSync(data, { recursive: true })
    expect(ran.code).toBe(0)
    expect(secrets).toHaveLength(4)
    expect([...Object.keys(settings), ...secrets].filter((name) => !ran.read.has(name))).toEqual([])
  })
})
