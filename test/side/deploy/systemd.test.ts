import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { atHand } from '../../tools.ts'
import { runHooks } from './reads.ts'

const folder = join(import.meta.dirname, '../../../examples/systemd')
const unit = readFileSync(join(folder, 'movoice-hooks.service'), 'utf8')
const work = mkdtempSync(join(tmpdir(), 'systemd-'))
afterAll(() => rmSync(work, { recursive: true }))

/** Section by section, each setting with all its values. */
function read(text: string): Record<string, Record<string, string[]>> {
  const sections: Record<string, Record<string, string[]>> = {}
  let section: Record<string, string[]> | undefined
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue
    const name = /^\[(\w+)\]$/.exec(line)?.[1]
    if (name !== undefined) {
      section = {}
      sections[name] = section
      continue
    }
    const [, key = '', value = ''] = /^([A-Z]\w+)=(.*)$/.exec(line) ?? []
    if (section === undefined || key === '') throw new Error(`This is no setting: ${line}`)
    section[key] = [...(section[key] ?? []), value]
  }
  return sections
}

const { Unit = {}, Service = {}, Install = {} } = read(unit)
const value = (key: string) => Service[key]?.[0] ?? ''

describe('the systemd unit', () => {
  test('shuts the server in', () => {
    for (const key of [
      'DynamicUser',
      'NoNewPrivileges',
      'ProtectHome',
      'PrivateTmp',
      'PrivateDevices',
      'ProtectKernelModules',
      'ProtectKernelTunables',
      'ProtectControlGroups',
      'RestrictSUIDSGID',
      'RestrictNamespaces',
      'LockPersonality',
    ]) {
      expect(value(key), key).toBe('yes')
    }
    expect(value('ProtectSystem')).toBe('strict')
    expect(value('CapabilityBoundingSet')).toBe('')
    expect(value('StateDirectory')).toBe('movoice-hooks')
    expect(Install.WantedBy).toEqual(['multi-user.target'])
    expect(Unit.After).toEqual(['network-online.target'])
  })

  test('gives it time to finish, and does not start a wrong configuration again and again', async () => {
    expect(Number(value('TimeoutStopSec'))).toBeGreaterThan(10)
    const { code } = await runHooks([], { HOOKS_TOKEN: 'short' })
    expect(String(code)).toBe(value('RestartPreventExitStatus'))
  })

  test('sets what the server reads, and starts it by its own command line', async () => {
    const offered = [...readFileSync(join(folder, 'movoice-hooks.env'), 'utf8').matchAll(/^([A-Z_]+)=/gm)]
    const inline = (Service.Environment ?? []).flatMap((line) => [...line.matchAll(/([A-Z_]+)=/g)])
    const names = [...offered, ...inline].map(([, name = '']) => name).filter((name) => name !== 'NODE_ENV')
    const [node, bin, ...args] = value('ExecStart').split(' ')
    expect(node).toBe('/usr/bin/node')
    expect(bin).toMatch(/node_modules\/@movoice-kit\/hooks\/dist\/esm\/bin\.js$/)
    const env = {
      HOOKS_TOKEN: 'a-token-of-the-unit-test',
      MOVOICE_WEBHOOK_SECRET: 'secret',
      HOOKS_DATA_DIR: join(work, 'data'),
      HOOKS_LOG_LEVEL: 'silent',
    }
    const ran = await runHooks(
      args.map((arg) => (arg === '4020' ? '0' : arg)),
      env,
    )
    expect(ran.code).toBe(0)
    expect(names.length).toBeGreaterThan(5)
    expect(names.filter((name) => !ran.read.has(name))).toEqual([])
  })

  const systemd = atHand('systemd-analyze', '--version') ? ['systemd'] : []
  test.each(systemd)('is what %s takes, and is hardly exposed', () => {
    const copy = join(work, 'movoice-hooks.service')
    copyFileSync(join(folder, 'movoice-hooks.service'), copy)
    const verified = spawnSync('systemd-analyze', ['verify', copy], { encoding: 'utf8' })
    // That Node lies elsewhere on this machine is no fault of the file.
    const complaints = verified.stderr
      .split('\n')
      .filter((line) => line !== '' && !line.includes('is not executable'))
    expect(complaints).toEqual([])
    const judged = spawnSync('systemd-analyze', ['security', '--offline=true', '--threshold=20', copy], {
      encoding: 'utf8',
    })
    expect(judged.status, judged.stdout).toBe(0)
  })
})
