import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { check } from '@movoice-kit/core/contract'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import * as z from 'zod/mini'

const root = join(import.meta.dirname, '../../..')
const folder = join(root, '.github/ISSUE_TEMPLATE')
const read = (file: string): unknown => parse(readFileSync(join(folder, file), 'utf8'))

const text = z.string().check(z.minLength(1))
const label = { label: text, description: z.optional(text) }
const validations = z.optional(z.strictObject({ required: z.optional(z.boolean()) }))
const id = z.string().check(z.regex(/^[\w-]+$/))

// What GitHub takes in an issue form. Source: GitHub's documentation, "Syntax for GitHub's form schema".
const element = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('markdown'), attributes: z.strictObject({ value: text }) }),
  z.strictObject({
    type: z.literal('input'),
    id,
    attributes: z.strictObject({ ...label, placeholder: z.optional(text), value: z.optional(text) }),
    validations,
  }),
  z.strictObject({
    type: z.literal('textarea'),
    id,
    attributes: z.strictObject({
      ...label,
      placeholder: z.optional(text),
      value: z.optional(text),
      render: z.optional(text),
    }),
    validations,
  }),
  z.strictObject({
    type: z.literal('dropdown'),
    id,
    attributes: z.strictObject({
      ...label,
      multiple: z.optional(z.boolean()),
      options: z.array(text).check(z.minLength(1)),
      default: z.optional(z.int()),
    }),
    validations,
  }),
])
const form = z.strictObject({
  name: text,
  description: text,
  title: z.optional(text),
  labels: z.optional(z.array(text)),
  body: z.array(element).check(z.minLength(1)),
})
const config = z.strictObject({
  blank_issues_enabled: z.boolean(),
  contact_links: z.array(
    z.strictObject({ name: text, url: z.string().check(z.regex(/^https:/)), about: text }),
  ),
})

const forms = globSync('*.yml', { cwd: folder }).filter((file) => file !== 'config.yml')

describe.each(forms)('the form %s', (file) => {
  test('is one as GitHub reads it', () => {
    expect(check(form, read(file))).toMatchObject({ ok: true })
  })

  test('has no id or option twice, and asks for something', () => {
    const { body } = read(file) as z.infer<typeof form>
    const asked = body.flatMap((one) => (one.type === 'markdown' ? [] : [one]))
    const ids = asked.map((one) => one.id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(asked.some((one) => one.validations?.required === true)).toBe(true)
    for (const one of asked) {
      if (one.type !== 'dropdown') continue
      // GitHub takes no option twice, and "None" for none chosen.
      expect(new Set(one.attributes.options).size).toBe(one.attributes.options.length)
      expect(one.attributes.options).not.toContain('None')
    }
  })
})

test('there is a form for a bug, a wish and a question, and no way around', () => {
  expect(forms.map((file) => basename(file, '.yml')).sort()).toEqual(['bug', 'feature', 'question'])
  expect(check(config, read('config.yml'))).toMatchObject({ ok: true })
})

test('the check would tell of a fault', () => {
  expect(check(form, { name: 'x', description: 'y', body: [{ type: 'inputs' }] }).ok).toBe(false)
})

test('what GitHub shows beside the code is there', () => {
  const files = [
    'SECURITY.md',
    'CONTRIBUTING.md',
    'CODE_OF_CONDUCT.md',
    'LICENSE',
    '.github/PULL_REQUEST_TEMPLATE.md',
  ]
  expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([])
})

test('the packages and the actions are looked at for new versions', () => {
  const bot = z.strictObject({
    version: z.literal(2),
    updates: z.array(
      z.looseObject({
        'package-ecosystem': z.enum(['npm', 'github-actions']),
        schedule: z.looseObject({ interval: text }),
      }),
    ),
  })
  const settings = parse(readFileSync(join(root, '.github/dependabot.yml'), 'utf8'))
  expect(check(bot, settings)).toMatchObject({ ok: true })
  expect(settings.updates).toHaveLength(2)
})
