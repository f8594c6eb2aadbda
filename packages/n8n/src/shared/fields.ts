import type { CreateCallInput } from '@movoice-kit/core/contract'
import { ValidationError } from '@movoice-kit/core/engine'
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow'
import { phoneNumber } from './phone.ts'
import { unixSeconds } from './time.ts'

type Variables = NonNullable<CreateCallInput['variables']>

/** Reads the fields of the node for one item, as the API wants them. */
export class Fields {
  readonly #functions: IExecuteFunctions
  readonly #item: number

  constructor(functions: IExecuteFunctions, itemIndex: number) {
    this.#functions = functions
    this.#item = itemIndex
  }

  get<T>(name: string, fallback: T): T {
    return this.#functions.getNodeParameter(name, this.#item, fallback) as T
  }

  /** Text without spaces around it; a number that an expression gave becomes text. */
  text(name: string): string {
    const value = this.get<unknown>(name, '')
    return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : ''
  }

  /** The id in a resource locator, whichever way it was chosen. */
  locator(name: string): string {
    const value = this.#functions.getNodeParameter(name, this.#item, '', { extractValue: true })
    return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : ''
  }

  collection(name: string): IDataObject {
    return this.get<IDataObject>(name, {})
  }

  phone(field: string, written: unknown): string {
    return phoneNumber(field, written, this.text('options.defaultCountry'))
  }

  time(field: string, written: unknown): number | undefined {
    const zone = this.text('options.timezone')
    return unixSeconds(field, written, zone === '' ? this.#functions.getTimezone() : zone)
  }

  /** Variables as rows of name and value, or as JSON. */
  variables(): Variables | undefined {
    if (this.text('specifyVariables') === 'json') {
      return json('variables', this.get<unknown>('variablesJson', '{}')) as Variables
    }
    const { variable = [] } = this.get<{ variable?: { name: string; value: unknown }[] }>('variables', {})
    if (variable.length === 0) return undefined
    const unnamed = variable.find(({ name }) => String(name ?? '').trim() === '')
    if (unnamed !== undefined) {
      throw new ValidationError('The variables', [
        { path: 'variables', message: 'has a row without a name: fill it in or remove the row' },
      ])
    }
    return Object.fromEntries(variable.map(({ name, value }) => [String(name).trim(), value])) as Variables
  }
}

/**
 * A JSON field: text, or the value that an expression gave.
 *
 * @throws {@link ValidationError}
 */
export function json(field: string, written: unknown): unknown {
  if (typeof written !== 'string') return written
  if (written.trim() === '') return undefined
  try {
    return JSON.parse(written)
  } catch {
    throw new ValidationError('The JSON', [
      { path: field, message: 'is not valid JSON: check quotes and commas, such as { "name": "Asha" }' },
    ])
  }
}
