import * as z from 'zod/mini'

// What comes back in a form or a button was written by this app, but by whichever version of it: read, not trusted.

const formMemory = z.object({
  n: z.string(),
  c: z.nullable(z.string()),
  t: z.nullable(z.string()),
  e: z.enum(['command', 'modal', 'button', 'shortcut', 'home', 'batch']),
})
const answerMemory = z.object({
  d: z.string(),
  g: z.int(),
  q: z.optional(z.enum(['unknown_zone', 'recent', 'doubtful'])),
})
const pageMemory = z.object({ c: z.string(), p: z.int() })
const editMemory = z.object({ e: z.string() })
const settingsMemory = z.object({ h: z.string() })
const aboutMemory = z.object({ v: z.string() })
const batchMemory = z.object({ b: z.string() })

function read<T extends z.ZodMiniType>(schema: T, text: string | undefined): z.infer<T> | undefined {
  try {
    return z.parse(schema, JSON.parse(text ?? ''))
  } catch {
    return undefined
  }
}

export const readFormMemory = (text: string | undefined) => read(formMemory, text)
export const readAnswer = (text: string | undefined) => read(answerMemory, text)
export const readPage = (text: string | undefined) => read(pageMemory, text)
export const readEditMemory = (text: string | undefined) => read(editMemory, text)
export const readSettingsMemory = (text: string | undefined) => read(settingsMemory, text)
/** What a button is about; one that remembers more keeps it all. */
export const plainValue = (text: string | undefined): string | undefined => read(aboutMemory, text)?.v ?? text
export const readBatchMemory = (text: string | undefined) => read(batchMemory, text)

/** One field of a form's state, whatever kind of element it is. */
export interface Field {
  readonly value?: string | null
  readonly selected_option?: { readonly value: string; readonly text: { readonly text: string } } | null
  readonly selected_options?: readonly { readonly value: string }[]
  readonly selected_conversation?: string | null
  readonly selected_conversations?: readonly string[]
  readonly selected_users?: readonly string[]
  readonly selected_date_time?: number | null
  readonly selected_time?: string | null
  readonly files?: readonly {
    readonly id?: string
    readonly url_private_download?: string
    readonly url_private?: string
    readonly size?: number
  }[]
}
type State = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** The one element of a block of a form. */
export function field(state: State, block: string): Field {
  return (Object.values(state[block] ?? {})[0] ?? {}) as Field
}

export const text = (state: State, block: string): string => field(state, block).value?.trim() ?? ''
