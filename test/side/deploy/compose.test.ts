import { spawn } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { signWebhook } from '@movoice-kit/core/events'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { startKillablePostgres } from '../postgres/killable.ts'
import { runHooks } from './reads.ts'

const root = join(import.meta.dirname, '../../..')
const folder = join(root, 'examples/docker-compose')
const text = (name: string) => readFileSync(join(folder, name), 'utf8')

interface Service {
  readonly environment: Record<string, string>
  readonly volumes?: readonly string[]
  readonly depends_on?: Record<string, { readonly condition: string }>
  readonly deploy?: { readonly replicas: number }
  readonly healthcheck?: { readonly test: readonly string[] }
  readonly stop_grace_period?: string
}
interface Compose {
  readonly services: Record<'hooks' | 'proxy' | 'postgres', Service>
  readonly volumes: Record<string, unknown>
  readonly networks: {
    readonly default: { readonly ipam: { readonly config: readonly { readonly subnet: string }[] } }
  }
}

const compose = parse(text('compose.yaml')) as Compose
// compose-spec/compose-spec, schema/compose-spec.json of 2026-06-23 (170098b), Apache-2.0.
const schema = JSON.parse(readFileSync(join(import.meta.dirname, 'compose-spec.json'), 'utf8')) as object
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false })
const fits = ajv.compile({ ...schema, $schema: 'http://json-schema.org/draft-07/schema#' })

/** `${NAME:?why}` and `${NAME:-other}`, as Compose fills them in. */
const PLACE = /\$\{(\w+)(?::([?-])([^}]*))?\}/g
const named = [...text('compose.yaml').matchAll(PLACE)].map(([, name = '']) => name)
function filled(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(PLACE, (_, name: string, kind: string | undefined, other: string) => {
    const value = values[name] ?? ''
    if (value === '' && kind === '?') throw new Error(`${name} is missing: ${other}`)
    return value === '' && kind === '-' ? other : value
  })
}

describe('the Compose file', () => {
  test('is what the Compose specification says', () => {
    expect(fits(compose), JSON.stringify(fits.errors)).toBe(true)
    expect(fits({ services: { hooks: { ...compose.services.hooks, enviroment: {} } } })).toBe(false)
  })

  test('runs two servers, waits for the database, and lets a stopped one finish', () => {
    const { hooks } = compose.services
    expect(hooks.deploy?.replicas).toBe(2)
    expect(hooks.depends_on?.postgres?.condition).toBe('service_healthy')
    expect(Number.parseInt(hooks.stop_grace_period ?? '', 10)).toBeGreaterThan(10)
    for (const service of Object.values(compose.services)) {
      for (const [source = ''] of (service.volumes ?? []).map((volume) => volume.split(':'))) {
        if (source.startsWith('./')) expect(existsSync(join(folder, source)), source).toBe(true)
        else expect(Object.keys(compose.volumes)).toContain(source)
      }
    }
  })

  test('trusts its own proxy, so that one caller who guesses tokens does not lock all others out', () => {
    const [network] = compose.networks.default.ipam.config
    expect(compose.services.hooks.environment.HOOKS_TRUSTED_PROXIES).toBe(network?.subnet)
  })

  test('asks for what env.example names, and for nothing else', () => {
    const offered = [...text('env.example').matchAll(/^([A-Z_]+)=/gm)].map(([, name = '']) => name)
    expect(offered.sort()).toEqual([...new Set(named)].sort())
    expect(text('Caddyfile')).toContain('{$HOOKS_HOST}')
    expect(Object.keys(compose.services.proxy.environment)).toEqual(['HOOKS_HOST'])
  })

  test('starts two servers with this environment: one takes a webhook, the other knows of it', async () => {
    const postgres = await startKillablePostgres()
    try {
      const secret = 'a-secret-of-the-dashboard'
      const values = {
        HOOKS_HOST: 'hooks.example.com',
        HOOKS_TOKEN: 'a-token-of-the-compose-test',
        MOVOICE_WEBHOOK_SECRET: secret,
        MOVOICE_API_KEY: 'sk_sandbox_compose',
        MOVOICE_PLAN: 'growth',
        POSTGRES_PASSWORD: 'letters0and9digits',
      }
      const env: Record<string, string> = {
        MOVOICE_BASE_URL: 'http://127.0.0.1:9/v1',
        HOOKS_LOG_LEVEL: 'silent',
      }
      for (const [name, template] of Object.entries(compose.services.hooks.environment)) {
        env[name] ??= filled(template, values)
      }
      expect(env.HOOKS_DATABASE_URL).toBe('postgres://hooks:letters0and9digits@postgres:5432/hooks')
      env.HOOKS_DATABASE_URL = postgres.url
      const args = ['--port', '0']
      const first = await runHooks(args, env, async (url) => {
        const body = JSON.stringify({ event_type: 'call.started', call_id: 'call_1', agent_id: 'agent_1' })
        const headers = {
          'content-type': 'application/json',
          'x-movoice-signature': signWebhook(body, secret),
        }
        expect((await fetch(`${url}/movoice`, { method: 'POST', headers, body })).status).toBe(202)
        const second = await runHooks(args, env, async (other) => {
          const authorization = `Bearer ${env.HOOKS_TOKEN}`
          const answer = await fetch(`${other}/events/${encodeURIComponent('call_1:call.started')}`, {
            headers: { authorization },
          })
          expect(answer.status).toBe(200)
        })
        expect(second.code).toBe(0)
      })
      expect(first.err).toBe('')
      expect(first.code).toBe(0)
      expect(Object.keys(compose.services.hooks.environment).filter((name) => !first.read.has(name))).toEqual(
        [],
      )
    } finally {
      await postgres.stop()
    }
  })

  test('says that a server is well exactly when it is', async () => {
    const [kind, program, flag, script = ''] = compose.services.hooks.healthcheck?.test ?? []
    expect([kind, program, flag]).toEqual(['CMD', 'node', '--eval'])
    const check = (url: string) =>
      new Promise<number | null>((resolve) => {
        const code = script.replace('http://127.0.0.1:4020', url)
        spawn(process.execPath, ['--eval', code]).once('close', resolve)
      })
    const env = { HOOKS_TOKEN: 'a-token-of-the-compose-test', MOVOICE_WEBHOOK_SECRET: 's' }
    const data = mkdtempSync(join(tmpdir(), 'compose-'))
    let last = ''
    await runHooks(['--port', '0', '--data', data], { ...env, HOOKS_LOG_LEVEL: 'silent' }, async (url) => {
      last = url
      expect(await check(url)).toBe(0)
    })
    rmSync(data, { recursive: true })
    expect(await check(last)).toBe(1)
  })
})

describe('the Dockerfile', () => {
  const lines = text('Dockerfile').replace(/\\\n/g, ' ').split('\n')

  test('builds what there is, and starts the published command', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'packages/hooks/package.json'), 'utf8')) as {
      bin: Record<string, string>
      name: string
    }
    const names = globSync('packages/*/package.json', { cwd: root }).map(
      (path) => (JSON.parse(readFileSync(join(root, path), 'utf8')) as { name: string }).name,
    )
    const built = lines.find((line) => line.includes('pnpm@12 build'))?.match(/@movoice-kit\/\w+/g) ?? []
    expect(built.length).toBe(2)
    expect(built.filter((name) => !names.includes(name))).toEqual([])
    for (const [, path = ''] of text('Dockerfile').matchAll(/--dir (\S+)/g))
      expect(existsSync(join(root, path))).toBe(true)
    const command = JSON.parse(lines.find((line) => line.startsWith('CMD '))?.slice(4) ?? '[]') as string[]
    const bin = Object.values(manifest.bin)[0]?.replace(/^\.\//, '')
    expect(command.slice(0, 2)).toEqual(['node', `/app/node_modules/${manifest.name}/${bin}`])
  })

  test('listens where the others look for it, as a user without rights', async () => {
    const command = JSON.parse(lines.find((line) => line.startsWith('CMD '))?.slice(4) ?? '[]') as string[]
    const { code, err } = await runHooks([...command.slice(2), '--help'], {})
    expect([code, err]).toEqual([0, ''])
    expect(command).toContain('4020')
    expect(lines).toContain('USER node')
    expect(text('Caddyfile')).toContain('hooks 4020')
  })
})
