import { expect, test } from 'vitest'
import { about, remember } from '../blocks/memory.ts'
import { workspaceOf } from './workspace-of.ts'

test.each<[string, unknown, string | undefined, string | undefined]>([
  [
    'what a form remembers',
    { view: { private_metadata: remember('T1') }, user: { team_id: 'T2' } },
    'E1',
    'T1',
  ],
  [
    'what a button remembers',
    { actions: [{ value: about('T1', 'c1') }], user: { team_id: 'T2' } },
    'T2',
    'T1',
  ],
  [
    'a form that remembers nothing: where it is',
    { view: { team_id: 'T1', private_metadata: '' }, user: { team_id: 'T2' } },
    'E1',
    'T1',
  ],
  ['nothing but a home', { team: null, user: { team_id: 'T2' } }, 'E1', 'T2'],
  ['a value that is no JSON', { actions: [{ value: 'c1' }] }, 'T1', 'T1'],
  ['a value of somebody else’s', { actions: [{ value: '{"w":"C1"}' }] }, 'T1', 'T1'],
  ['an organisation, and no more', { user: { team_id: 'E1' } }, 'E1', 'E1'],
  ['nothing', undefined, undefined, undefined],
  ['a command', { team_id: 'T1' }, 'T1', 'T1'],
])('%s', (_name, body, told, workspace) => {
  expect(workspaceOf(body, told)).toBe(workspace)
})
