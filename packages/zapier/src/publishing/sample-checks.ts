import {
  type Check,
  type FieldShape,
  type Located,
  outputFieldsOf,
  type StepShape,
  stepsOf,
  textsIn,
} from './app.ts'

const ISO = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2}))?$/
const MONTH = '(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*'
const DATE_LIKE = new RegExp(
  [
    String.raw`^\d{1,2} ${MONTH}\.?,? \d{4}\b`,
    String.raw`^${MONTH}\.? \d{1,2},? \d{4}\b`,
    String.raw`^\d{1,2}[./]\d{1,2}[./]\d{2,4}\b`,
    String.raw`^\d{4}[-/]\d{2}[-/]\d{2}(?!\d)`,
  ].join('|'),
  'i',
)

type Sample = Readonly<Record<string, unknown>>

const sampleOf = ({ it }: Located<StepShape>): Sample | undefined => {
  const sample = it.operation?.sample
  return typeof sample === 'object' && sample !== null && !Array.isArray(sample)
    ? (sample as Sample)
    : undefined
}

/** The keys by which a trigger's results are told apart. */
export function primaryKeysOf(step: Located<StepShape>): string[] {
  const primary = outputFieldsOf(step).flatMap(({ it }) => (it.primary === true ? [it.key ?? ''] : []))
  return primary.length === 0 ? ['id'] : primary
}

const isPolling = ({ kind, it }: ReturnType<typeof stepsOf>[number]): boolean =>
  kind === 'triggers' && (it.operation?.type ?? 'polling') === 'polling'

/** Checks of static samples: they stand for the real thing while a Zap is built. */
export const sampleChecks: readonly Check[] = [
  {
    id: 'D010',
    title: 'Samples of polling triggers have their primary key',
    run: (app) =>
      stepsOf(app)
        .filter(isPolling)
        .flatMap((step) => {
          const sample = sampleOf(step)
          if (sample === undefined) return []
          const missing = primaryKeysOf(step).filter(
            (key) => !['string', 'number'].includes(typeof sample[key]),
          )
          return missing.map((key) => ({
            where: `${step.where}.operation.sample`,
            message: `lacks the primary key "${key}"`,
          }))
        }),
  },
  {
    id: 'D012',
    title: 'Every visible step has a sample',
    run: (app) =>
      stepsOf(app)
        .filter((step) => !step.hidden && Object.keys(sampleOf(step) ?? {}).length === 0)
        .map(({ where }) => ({ where: `${where}.operation.sample`, message: 'is missing' })),
  },
  {
    id: 'D023',
    title: 'Dates in samples are ISO 8601',
    run: (app) =>
      stepsOf(app).flatMap((step) => {
        const where = `${step.where}.operation.sample`
        const dates = outputFieldsOf(step).flatMap(({ it }) =>
          it.type === 'datetime' ? [`${where}.${it.key}`] : [],
        )
        return textsIn(sampleOf(step), where)
          .filter((text) => (dates.includes(text.where) || DATE_LIKE.test(text.it)) && !ISO.test(text.it))
          .map((text) => ({
            where: text.where,
            message: 'is not ISO 8601 with its time zone, such as 2026-01-01T09:00:00Z',
          }))
      }),
  },
  {
    id: 'D024',
    title: 'Samples fit the output fields',
    run: (app) =>
      stepsOf(app).flatMap((step) => {
        const sample = sampleOf(step)
        if (sample === undefined) return []
        return mismatches(sample, outputFieldsOf(step)).map((message) => ({
          where: `${step.where}.operation.sample`,
          message,
        }))
      }),
  },
]

/** Where an output does not fit its fields: what is required is missing, or is of another type. */
export function mismatches(output: Sample, fields: readonly Located<FieldShape>[]): string[] {
  return fields.flatMap(({ it: { key = '', type, required, dict, list } }) => {
    const value = output[key]
    if (value === undefined || value === null)
      return required === true ? [`lacks "${key}", which is required`] : []
    if (dict === true) return isObject(value) ? [] : [`has "${key}" as ${typeof value}, not as an object`]
    const items = list === true && Array.isArray(value) ? value : [value]
    return items.every((item) => fits(type, item)) ? [] : [`has "${key}" as ${typeof value}, not as ${type}`]
  })
}

/** Zapier's T004 and T006, as far as they can be told offline: keys of a sample that the live result lacks. */
export function missingKeys(sample: Sample, live: Sample): string[] {
  return Object.keys(sample).filter((key) => !Object.hasOwn(live, key))
}

function fits(type: string | undefined, value: unknown): boolean {
  switch (type) {
    case undefined:
      return true
    case 'integer':
      return Number.isInteger(value)
    case 'number':
      return typeof value === 'number'
    case 'boolean':
      return typeof value === 'boolean'
    case 'datetime':
      return typeof value === 'string' && ISO.test(value)
    default:
      return typeof value === 'string'
  }
}

const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
