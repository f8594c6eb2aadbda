import {
  type AppShape,
  type Check,
  type FieldShape,
  fieldsIn,
  inputFieldsOf,
  type Located,
  stepsOf,
} from './app.ts'

const SECRET = /(^|_)(api_?key|access_?token|token|secret|password)($|_)/i
const LINK = /\[[^\]]+\]\([^)\s]+\)/
const ID = /(^|_)id$/i

const allInputs = (app: AppShape): Located<FieldShape>[] => stepsOf(app).flatMap(inputFieldsOf)

/** `agent_list.id.name` → `agent_list`; also the object form with a `source` or `sourceKey`. */
function refKey(reference: unknown): string | undefined {
  return typeof reference === 'string' ? reference.split('.')[0] : undefined
}

/** Checks of fields: what is asked for, where, and what the dropdowns point to. */
export const fieldChecks: readonly Check[] = [
  {
    id: 'D001',
    title: 'No API key in a step',
    run: (app) =>
      allInputs(app)
        .filter(({ it }) => it.type === 'password' || SECRET.test(it.key ?? ''))
        .map(({ where }) => ({
          where,
          message: 'asks for a secret: ask for it in the authentication instead',
        })),
  },
  {
    id: 'D002',
    title: 'Auth fields link to where the key is found',
    run: ({ authentication }) =>
      ['oauth1', 'oauth2'].includes(authentication?.type ?? '')
        ? []
        : fieldsIn(authentication?.fields, 'authentication.fields')
            .filter(
              ({ it }) => it.required !== false && (it.type === 'password' || SECRET.test(it.key ?? '')),
            )
            .filter(({ it }) => !LINK.test(it.helpText ?? ''))
            .map(({ where }) => ({
              where,
              message: 'has no link in its help text to the page where the key is found',
            })),
  },
  {
    id: 'D003',
    title: 'A connection label that tells connections apart',
    run: ({ authentication }) => {
      if (authentication === undefined) return []
      const { connectionLabel } = authentication
      const tells =
        typeof connectionLabel === 'function' ||
        (typeof connectionLabel === 'object' && connectionLabel !== null) ||
        (typeof connectionLabel === 'string' && /\{\{[^}]+\}\}/.test(connectionLabel))
      const message =
        connectionLabel === undefined ? 'is missing' : 'is the same for every connection: put {{…}} into it'
      return tells ? [] : [{ where: 'authentication.connectionLabel', message }]
    },
  },
  {
    id: 'D004',
    title: 'Fields for ids have a dropdown',
    run: (app) =>
      allInputs(app)
        .filter(({ it }) => ID.test(it.key ?? '') && it.dynamic === undefined && it.choices === undefined)
        .map(({ where }) => ({ where, message: 'asks for an id without a dropdown: set `dynamic`' })),
  },
  {
    id: 'D005',
    title: 'Dropdowns point to a trigger that exists',
    run: (app) =>
      allInputs(app)
        .filter(({ it }) => typeof it.dynamic === 'string')
        .filter(({ it }) => !Object.hasOwn(app.triggers ?? {}, refKey(it.dynamic) ?? ''))
        .map(({ where, it }) => ({
          where,
          message: `has a dropdown from "${refKey(it.dynamic)}", which is no trigger`,
        })),
  },
  {
    id: 'D011',
    title: 'Help text says more than the label',
    run: (app) =>
      [...fieldsIn(app.authentication?.fields, 'authentication.fields'), ...allInputs(app)]
        .filter(
          ({ it }) => it.helpText !== undefined && plain(it.helpText) === plain(it.label ?? it.key ?? ''),
        )
        .map(({ where }) => ({ where, message: 'has a help text that only repeats its label' })),
  },
  {
    id: 'D013',
    title: 'Search buttons point to a search that exists',
    run: (app) =>
      allInputs(app)
        .filter(({ it }) => typeof it.search === 'string')
        .filter(({ it }) => !Object.hasOwn(app.searches ?? {}, refKey(it.search) ?? ''))
        .map(({ where, it }) => ({
          where,
          message: `offers the search "${refKey(it.search)}", which does not exist`,
        })),
  },
  {
    id: 'D014',
    title: 'A search button comes with a dropdown',
    run: (app) =>
      allInputs(app)
        .filter(({ it }) => it.search !== undefined && it.dynamic === undefined)
        .map(({ where }) => ({
          where,
          message: 'offers a search but no dropdown: the button is not shown without',
        })),
  },
  {
    id: 'D022',
    title: 'Creates have fields that are the same for everyone',
    run: (app) =>
      stepsOf(app)
        .filter(({ kind, hidden }) => kind === 'creates' && !hidden)
        .filter((step) => inputFieldsOf(step).length === 0)
        .map(({ where }) => ({
          where,
          message: 'has no static input field, so no Zap template can be made with it',
        })),
  },
]

const plain = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '')
