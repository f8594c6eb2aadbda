/** What a publishing check found: `where` is a path in the app, `message` says what to do. */
export interface Finding {
  readonly id: string
  readonly where: string
  readonly message: string
}

/** One of Zapier's publishing checks. Source: Zapier's "Integration check reference". */
export interface Check {
  readonly id: string
  readonly title: string
  readonly run: (app: AppShape) => readonly Omit<Finding, 'id'>[]
}

/** A field, as far as the checks read it. */
export interface FieldShape {
  readonly key?: string
  readonly label?: string
  readonly type?: string
  readonly helpText?: string
  readonly required?: boolean
  readonly primary?: boolean
  readonly list?: boolean
  readonly dict?: boolean
  readonly dynamic?: unknown
  readonly search?: unknown
  readonly choices?: unknown
  readonly children?: readonly FieldShape[]
}

export interface OperationShape {
  readonly type?: string
  readonly inputFields?: unknown
  readonly outputFields?: unknown
  readonly sample?: unknown
  readonly perform?: unknown
  readonly performList?: unknown
  readonly performSubscribe?: unknown
  readonly performUnsubscribe?: unknown
}

export interface StepShape {
  readonly key?: string
  readonly display?: { readonly label?: string; readonly description?: string; readonly hidden?: boolean }
  readonly operation?: OperationShape
}

export type StepKind = 'triggers' | 'creates' | 'searches'

/** An app, as far as the checks read it: also a broken one. */
export interface AppShape {
  readonly authentication?: {
    readonly type?: string
    readonly connectionLabel?: unknown
    readonly fields?: readonly FieldShape[]
  }
  readonly triggers?: Readonly<Record<string, StepShape>>
  readonly creates?: Readonly<Record<string, StepShape>>
  readonly searches?: Readonly<Record<string, StepShape>>
  readonly searchOrCreates?: Readonly<Record<string, { readonly search?: string; readonly create?: string }>>
}

export interface Located<T> {
  readonly where: string
  readonly it: T
}

export interface LocatedStep extends Located<StepShape> {
  readonly kind: StepKind
  readonly hidden: boolean
}

/** Every trigger, create and search with its path. */
export function stepsOf(app: AppShape): LocatedStep[] {
  return (['triggers', 'creates', 'searches'] as const).flatMap((kind) =>
    Object.entries(app[kind] ?? {}).map(([key, it]) => ({
      kind,
      it,
      where: `${kind}.${key}`,
      hidden: it.display?.hidden === true,
    })),
  )
}

/** A step's input fields with their paths, children too; what a function gives is not known. */
export function inputFieldsOf(step: Located<StepShape>): Located<FieldShape>[] {
  return fieldsIn(step.it.operation?.inputFields, `${step.where}.operation.inputFields`)
}

/** A step's output fields with their paths. */
export function outputFieldsOf(step: Located<StepShape>): Located<FieldShape>[] {
  return fieldsIn(step.it.operation?.outputFields, `${step.where}.operation.outputFields`)
}

/** The fields in a list of fields and functions, children after their parent. */
export function fieldsIn(fields: unknown, where: string): Located<FieldShape>[] {
  if (!Array.isArray(fields)) return []
  return fields.flatMap((field: unknown, index) => {
    if (typeof field !== 'object' || field === null) return []
    const it = field as FieldShape
    const path = `${where}.${it.key ?? index}`
    return [{ where: path, it }, ...fieldsIn(it.children, `${path}.children`)]
  })
}

/** Every text in a value with its path; functions are left out. */
export function textsIn(value: unknown, where: string): Located<string>[] {
  if (typeof value === 'string') return [{ where, it: value }]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, part]) => textsIn(part, where === '' ? key : `${where}.${key}`))
}

/** What is shown to people as Markdown: descriptions and help texts. */
export function proseOf(app: AppShape): Located<string>[] {
  const steps = stepsOf(app)
  const fields = [
    ...fieldsIn(app.authentication?.fields, 'authentication.fields'),
    ...steps.flatMap(inputFieldsOf),
  ]
  return [
    ...steps.flatMap(({ where, it }) => textsIn(it.display?.description, `${where}.display.description`)),
    ...fields.flatMap(({ where, it }) => textsIn(it.helpText, `${where}.helpText`)),
  ]
}
