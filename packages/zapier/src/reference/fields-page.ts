import { type FieldShape, fieldsIn, type LocatedStep, outputFieldsOf, stepsOf } from '../publishing/app.ts'
import type { AppShape } from '../publishing/index.ts'

/** A field as the reference and the pictures show it. */
export interface ShownField {
  readonly field: FieldShape & { readonly placeholder?: string; readonly default?: string }
  /** 0, or 1 for a column of line items. */
  readonly depth: number
}

/** A step's input fields; those that a function gives are asked for with nothing filled in. */
export function shownFields(fields: unknown): ShownField[] {
  const known = (Array.isArray(fields) ? fields : []).flatMap((field: unknown) =>
    typeof field === 'function' ? field({}, { inputData: {} }) : [field],
  )
  return known.flatMap((field: FieldShape) => [
    { field, depth: 0 },
    ...fieldsIn(field.children, '').map(({ it }) => ({ field: it, depth: 1 })),
  ])
}

/** Every visible field of the app as a page of Markdown, written from the definitions alone. */
export function fieldsPage(app: AppShape): string {
  const steps = stepsOf(app).filter(({ hidden }) => !hidden)
  const part = (kind: LocatedStep['kind'], title: string) =>
    [`## ${title}`, '', ...steps.filter((step) => step.kind === kind).flatMap(section)].join('\n')
  return [
    '# The fields of the Zapier app',
    '',
    'Written from the definitions of the app by its tests; what they do together is told in [zapier.md](zapier.md).',
    '',
    '## Connection',
    '',
    ...inputs(app.authentication?.fields),
    part('triggers', 'Triggers'),
    part('creates', 'Actions'),
    part('searches', 'Searches'),
  ].join('\n')
}

function section(step: LocatedStep): string[] {
  const { key, display, operation } = step.it
  const outputs = outputFieldsOf(step).map(({ it }) => `\`${it.key}\``)
  return [
    `### ${display?.label ?? key}`,
    '',
    `\`${key}\`. ${display?.description ?? ''}`,
    '',
    ...inputs(operation?.inputFields),
    `Gives ${outputs.join(', ')}.`,
    '',
  ]
}

function inputs(fields: unknown): string[] {
  const rows = shownFields(fields).map(({ field, depth }) => {
    const name = `${depth === 0 ? '' : '↳ '}${field.label ?? field.key}${field.required === true ? ' \\*' : ''}`
    return `| ${name} | \`${field.key}\` | ${typeOf(field)} | ${(field.helpText ?? '').replaceAll('|', '\\|')} |`
  })
  return ['| field | key | type | |', '|---|---|---|---|', ...rows, '', '\\* required', '']
}

const WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  text: 'long text',
  integer: 'whole number',
  datetime: 'date and time',
}

/** A field's type in words. */
export function typeOf({ type, dict, list, dynamic, children, choices }: FieldShape): string {
  if (children !== undefined) return 'line items'
  if (dict === true) return 'names and values'
  const one =
    dynamic !== undefined
      ? 'dropdown'
      : choices !== undefined
        ? 'choice'
        : (WORDS[type ?? 'string'] ?? type ?? 'text')
  return list === true ? `several: ${one}` : one
}
