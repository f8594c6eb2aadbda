import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type INode, type INodeProperties, NodeHelpers } from 'n8n-workflow'
import { describe, expect, test } from 'vitest'
import { Movoice } from '../../../packages/n8n/nodes/Movoice/Movoice.node.ts'
import { MovoiceTrigger } from '../../../packages/n8n/nodes/MovoiceTrigger/MovoiceTrigger.node.ts'

const root = join(import.meta.dirname, '../../..')
const types = {
  'n8n-nodes-movoice.movoice': new Movoice().description,
  'n8n-nodes-movoice.movoiceTrigger': new MovoiceTrigger().description,
} as const

interface Workflow {
  readonly name: string
  readonly active: boolean
  readonly nodes: readonly (INode & { readonly type: keyof typeof types | (string & {}) })[]
  readonly connections: Record<
    string,
    Record<string, readonly (readonly { readonly node: string; readonly index: number }[])[]>
  >
}

const files = globSync('examples/n8n/*.json', { cwd: root }).sort()
const page = readFileSync(join(root, 'docs/n8n.md'), 'utf8')

test('there are examples', () => expect(files.length).toBeGreaterThan(6))

describe.each(files)('%s', (file) => {
  const workflow = JSON.parse(readFileSync(join(root, file), 'utf8')) as Workflow
  // As a tool of an agent, n8n knows a node by another name, with a description for the model.
  const typeOf = ({ type }: INode) => type.replace(/Tool$/, '') as keyof typeof types
  const ours = workflow.nodes.filter((node) => typeOf(node) in types)

  test('names every node once, and connects what there is', () => {
    const names = workflow.nodes.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(new Set(workflow.nodes.map(({ id }) => id)).size).toBe(names.length)
    const ends = Object.entries(workflow.connections).flatMap(([from, outputs]) => [
      from,
      ...Object.values(outputs).flatMap((all) => all.flat().map(({ node }) => node)),
    ])
    expect(ends.filter((name) => !names.includes(name))).toEqual([])
    // What an expression asks another node for is there too.
    const asked = [...JSON.stringify(workflow.nodes).matchAll(/\$\('([^']+)'\)/g)].map(
      ([, name = '']) => name,
    )
    expect(asked.filter((name) => !names.includes(name))).toEqual([])
  })

  test('gives our nodes what they know, and all that they need', () => {
    expect(ours.length).toBeGreaterThan(0)
    for (const node of ours) {
      const description = types[typeOf(node)]
      const known = new Set(description.properties.map(({ name }: INodeProperties) => name))
      if (node.type.endsWith('Tool')) known.add('toolDescription').add('descriptionType')
      expect(Object.keys(node.parameters).filter((name) => !known.has(name))).toEqual([])
      expect(NodeHelpers.getNodeParametersIssues(description.properties, node, description)).toBeNull()
      expect([description.version].flat()).toContain(node.typeVersion)
    }
  })

  test('holds nothing of anybody, and is listed on the page', () => {
    const text = readFileSync(join(root, file), 'utf8')
    expect(text).not.toMatch(/sk_(live|sandbox)|whsec_|Bearer /)
    expect(workflow.active).toBe(false)
    for (const { credentials } of ours) expect(credentials?.movoiceApi?.id).toBe('movoice')
    expect(page).toContain(`\`${file.replace('examples/n8n/', '')}\``)
  })
})
