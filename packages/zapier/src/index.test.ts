import { readFileSync } from 'node:fs'
import { callEventKeys } from '@movoice-kit/core/events'
import { describe, expect, test } from 'vitest'
import zapier from 'zapier-platform-core'
import app from './index.ts'
import { publishingFindings } from './publishing/index.ts'
import { structuralProblems } from './testing/validate.ts'

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

describe('the app', () => {
  test('is valid by the structural validation of the platform', async () => {
    expect(await structuralProblems(app)).toEqual([])
  })

  test('is told what is wrong with it by that validation', async () => {
    const broken = {
      ...app,
      triggers: { call_completed: { ...app.triggers.call_completed, noun: undefined } },
    }
    expect(await structuralProblems(broken)).not.toEqual([])
  })

  test('passes every publishing check', () => {
    expect(publishingFindings(app)).toEqual([])
  })

  test('has what it is known for', () => {
    const visible = (steps: object) =>
      Object.entries(steps).flatMap(([key, step]) => (step.display.hidden === true ? [] : [key]))
    expect(visible(app.triggers)).toEqual(['call_completed', 'call_failed', 'call_event', 'call_finished'])
    expect(app.triggers.agent_list?.display.hidden).toBe(true)
    expect(visible(app.creates)).toEqual(['place_call', 'create_batch', 'update_agent'])
    expect(visible(app.searches)).toEqual(['find_call', 'find_agent'])
  })

  test('bears the version of its package, on a platform pinned exactly', () => {
    expect(app.version).toBe(manifest.version)
    expect(app.platformVersion).toBe(zapier.version)
    expect(manifest.dependencies).toEqual({ 'zapier-platform-core': zapier.version })
  })

  const aboutCalls = ['call_completed', 'call_failed', 'call_event', 'call_finished']
  test.each(aboutCalls)('%s gives the canonical call event, key by key', (key) => {
    const operation = app.triggers[key]?.operation
    const fields = (operation?.outputFields ?? []) as { key: string; primary?: boolean }[]
    expect(fields.map((field) => field.key)).toEqual(callEventKeys)
    expect(Object.keys(operation?.sample ?? {})).toEqual(callEventKeys)
    expect(fields.filter(({ primary }) => primary).map((field) => field.key)).toEqual(['id'])
    expect(operation?.sample?.source).toBe('sample')
  })

  test('asks for the key in a password field, and labels a connection by what its test gives', () => {
    const [key] = app.authentication?.fields ?? []
    expect(key).toMatchObject({ key: 'api_key', type: 'password', required: true })
    expect(app.authentication?.connectionLabel).toMatch(/\{\{account\}\}.*\{\{key_end\}\}/)
  })
})
