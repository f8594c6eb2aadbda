import { describe, expect, test } from 'vitest'
import { publishingChecks, publishingFindings } from './index.ts'
import { titleCase } from './step-checks.ts'

const run = () => []

/** An app that every check passes. Each test breaks it in one way. */
const good = () => ({
  authentication: {
    type: 'custom',
    connectionLabel: '{{account}}',
    fields: [
      {
        key: 'api_key',
        label: 'API Key',
        type: 'password',
        required: true,
        helpText: 'Shown in the [dashboard](https://example.com/keys).',
      },
    ],
  },
  triggers: {
    new_thing: {
      key: 'new_thing',
      display: { label: 'New Thing', description: 'Triggers when a thing is made.', hidden: false },
      operation: {
        type: 'hook',
        perform: run,
        performList: run,
        performSubscribe: run,
        performUnsubscribe: run,
        inputFields: [] as object[],
        outputFields: [{ key: 'id', type: 'string', primary: true }] as object[],
        sample: { id: 'thing_1' } as Record<string, unknown>,
      },
    },
    thing_list: {
      key: 'thing_list',
      display: { label: 'Thing List', description: 'Triggers when things are listed.', hidden: true },
      operation: { type: 'polling', perform: run, sample: { id: 'thing_1' } as Record<string, unknown> },
    },
  },
  creates: {
    change_thing: {
      key: 'change_thing',
      display: { label: 'Change Thing', description: 'Changes a thing.' },
      operation: {
        perform: run,
        inputFields: [
          { key: 'thing_id', label: 'Thing', dynamic: 'thing_list.id.name', search: 'find_thing.id' },
          { key: 'name', label: 'Name', helpText: 'What it is called from now on.' },
        ] as object[],
        outputFields: [
          { key: 'id', type: 'string', required: true },
          { key: 'count', type: 'integer' },
          { key: 'made_at', type: 'datetime' },
        ] as object[],
        sample: { id: 'thing_1', count: 3, made_at: '2026-01-01T09:00:00Z' } as Record<string, unknown>,
      },
    },
  },
  searches: {
    find_thing: {
      key: 'find_thing',
      display: { label: 'Find Thing', description: 'Finds a thing.' },
      operation: {
        perform: run,
        inputFields: [{ key: 'name', label: 'Name' }] as object[],
        sample: { id: 'thing_1' } as Record<string, unknown>,
      },
    },
  },
  searchOrCreates: { find_thing: { search: 'find_thing', create: 'change_thing' } },
})

type Good = ReturnType<typeof good>

const addInput = (field: object) => (app: Good) => {
  app.creates.change_thing.operation.inputFields.push(field)
}

/** For each check: ways to break the app that it must see, and no other check. */
const breaks: Record<string, ((app: Good) => void)[]> = {
  D001: [
    addInput({ key: 'api_key', label: 'API Key' }),
    addInput({ key: 'phrase', label: 'Phrase', type: 'password' }),
    addInput({ key: 'lines', label: 'Lines', children: [{ key: 'access_token', label: 'Token' }] }),
  ],
  D002: [
    (app) => Object.assign(app.authentication.fields[0] ?? {}, { helpText: 'Shown in the dashboard.' }),
    (app) => Object.assign(app.authentication.fields[0] ?? {}, { helpText: undefined }),
  ],
  D003: [
    (app) => Object.assign(app.authentication, { connectionLabel: 'Things' }),
    (app) => Object.assign(app.authentication, { connectionLabel: undefined }),
  ],
  D004: [addInput({ key: 'owner_id', label: 'Owner' }), addInput({ key: 'id', label: 'ID of It' })],
  D005: [addInput({ key: 'owner_id', label: 'Owner', dynamic: 'owner_list.id.name' })],
  D006: [(app) => Object.assign(app.triggers.new_thing.operation, { performList: undefined })],
  D007: [
    (app) =>
      Object.assign(app.triggers.new_thing.operation, { performList: { url: 'http://example.com/things' } }),
    addInput({ key: 'site', label: 'Site', placeholder: 'http://example.com' }),
  ],
  D008: [
    (app) => Object.assign(app.creates.change_thing.display, { description: 'See https://example.com.' }),
    addInput({ key: 'site', label: 'Site', helpText: 'See [this](https://example.com/a b.' }),
    addInput({ key: 'site', label: 'Site', helpText: 'See [this(https://example.com)' }),
  ],
  D009: [(app) => Object.assign(app.searches.find_thing.operation, { inputFields: [] })],
  D010: [
    (app) => Object.assign(app.triggers.thing_list.operation, { sample: { thing_id: 1 } }),
    (app) =>
      Object.assign(app.triggers.thing_list.operation, { outputFields: [{ key: 'number', primary: true }] }),
  ],
  D011: [addInput({ key: 'domain', label: 'Sub-Domain', helpText: 'subdomain.' })],
  D012: [
    (app) => Object.assign(app.searches.find_thing.operation, { sample: undefined }),
    (app) => Object.assign(app.triggers.new_thing.operation, { sample: {} }),
  ],
  D013: [addInput({ key: 'owner', label: 'Owner', dynamic: 'thing_list.id.name', search: 'find_owner.id' })],
  D014: [addInput({ key: 'owner', label: 'Owner', search: 'find_thing.id' })],
  D015: [
    (app) => Object.assign(app.searchOrCreates.find_thing, { create: 'make_thing' }),
    (app) => Object.assign(app.searchOrCreates.find_thing, { search: 'seek_thing' }),
  ],
  D017: [
    (app) => Object.assign(app.triggers.new_thing.operation, { performSubscribe: undefined }),
    (app) => Object.assign(app.triggers.new_thing.operation, { performUnsubscribe: undefined }),
  ],
  D018: [
    (app) => Object.assign(app.creates.change_thing.display, { label: 'change thing' }),
    (app) => Object.assign(app.triggers.new_thing.display, { label: 'New thing' }),
  ],
  D021: [
    (app) => Object.assign(app.triggers.new_thing.display, { description: 'When a thing is made.' }),
    (app) =>
      Object.assign(app.triggers.new_thing.display, { description: 'Triggers whenever a thing is made.' }),
    (app) => Object.assign(app.triggers.new_thing.display, { description: 'Triggers when a thing is made' }),
  ],
  D022: [(app) => Object.assign(app.creates.change_thing.operation, { inputFields: [run] })],
  D023: [
    (app) => Object.assign(app.searches.find_thing.operation.sample, { made: '01 Aug 2023' }),
    (app) => Object.assign(app.searches.find_thing.operation.sample, { made: 'August 1, 2023' }),
    (app) => Object.assign(app.searches.find_thing.operation.sample, { made: '2023-08-01T06:50:30' }),
    (app) => Object.assign(app.searches.find_thing.operation.sample, { made: '2023-08-01 06:50' }),
    (app) => Object.assign(app.searches.find_thing.operation.sample, { made: '1/8/2023' }),
  ],
  D024: [
    (app) => Object.assign(app.creates.change_thing.operation.sample, { count: '3' }),
    (app) => Object.assign(app.creates.change_thing.operation.sample, { count: 2.5 }),
    (app) => Object.assign(app.creates.change_thing.operation, { sample: { count: 3 } }),
  ],
  D025: [addInput({ key: 'site', label: 'Site', default: "javascript:alert('XSS');//" })],
}

describe('the publishing checks', () => {
  test('find nothing in an app that is right', () => {
    expect(publishingFindings(good())).toEqual([])
  })

  const cases = Object.entries(breaks).flatMap(([id, ways]) =>
    ways.map((breakIt, way) => ({ id, way: way + 1, breakIt })),
  )

  test.each(cases)('$id is found, and nothing else ($way)', ({ id, breakIt }) => {
    const app = good()
    breakIt(app)
    const found = publishingFindings(app)
    expect(found.map((finding) => finding.id)).toEqual([id])
    expect(found[0]?.message).not.toBe('')
  })

  test('D016 is found in an app that is one static webhook', () => {
    const { authentication, triggers } = good()
    Object.assign(triggers.new_thing.operation, {
      performSubscribe: undefined,
      performUnsubscribe: undefined,
    })
    const app = { authentication, triggers: { new_thing: triggers.new_thing } }
    expect(publishingFindings(app).map(({ id }) => id)).toEqual(['D016', 'D017'])
  })

  test('are each broken by an app above', () => {
    const listed =
      'D001 D002 D003 D004 D005 D006 D007 D008 D009 D010 D011 D012 D013 D014 D015 D016 D017 D018 D021 D022 D023 D024 D025'
    expect(publishingChecks.map(({ id }) => id)).toEqual(listed.split(' '))
    expect([...Object.keys(breaks), 'D016'].sort()).toEqual(listed.split(' '))
  })

  test.each([
    ['new thing', 'New Thing'],
    ['Create batch Of calls', 'Create Batch of Calls'],
    ['call finished (the slow way)', 'Call Finished (The Slow Way)'],
    ['MCP and URL', 'MCP and URL'],
  ])('write "%s" as "%s"', (label, right) => {
    expect(titleCase(label)).toBe(right)
  })
})
