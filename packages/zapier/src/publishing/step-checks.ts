import { type Check, inputFieldsOf, proseOf, type StepShape, stepsOf, textsIn } from './app.ts'

/** Words that title case leaves small inside a label. */
const SMALL = new Set(
  'a an and as at but by for from in into nor of on or per so the to up via with yet'.split(' '),
)
const LINKED_OR_CODE = /`[^`]*`|\[[^\]]+\]\([^)\s]+\)/g
const BROKEN_LINK = /\[[^\]()]*\(https?:|\]\s+\(https?:|\[[^\]]*\]\(\s*\)/
const DANGEROUS = /^\s*(javascript|data|vbscript|file):/i

const isHook = ({ operation }: StepShape): boolean => operation?.type === 'hook'
const isStatic = ({ operation }: StepShape): boolean =>
  operation?.type === 'hook' &&
  (operation.performSubscribe === undefined || operation.performUnsubscribe === undefined)

/** Checks of triggers, creates and searches: what they are, and what they say. */
export const stepChecks: readonly Check[] = [
  {
    id: 'D006',
    title: 'Hook triggers have a list to show samples from',
    run: (app) =>
      stepsOf(app)
        .filter(({ it }) => isHook(it) && it.operation?.performList === undefined)
        .map(({ where }) => ({
          where,
          message: 'is a hook without performList: the editor has no sample to load',
        })),
  },
  {
    id: 'D007',
    title: 'URLs are https',
    run: (app) =>
      textsIn(app, '')
        .filter(({ it }) => /\bhttp:\/\//i.test(it))
        .map(({ where }) => ({ where, message: 'has a URL without TLS: use https' })),
  },
  {
    id: 'D008',
    title: 'Links are valid Markdown',
    run: (app) =>
      proseOf(app)
        .filter(({ it }) => {
          const rest = it.replace(LINKED_OR_CODE, '')
          return BROKEN_LINK.test(rest) || /https?:\/\//i.test(rest)
        })
        .map(({ where }) => ({ where, message: 'has a link that is neither [text](URL) nor in backticks' })),
  },
  {
    id: 'D009',
    title: 'Searches have a field to search by',
    run: (app) =>
      stepsOf(app)
        .filter(({ kind, hidden }) => kind === 'searches' && !hidden)
        .filter((step) => inputFieldsOf(step).length === 0)
        .map(({ where }) => ({ where, message: 'has no field to search by' })),
  },
  {
    id: 'D015',
    title: 'Search-or-creates point to steps that exist',
    run: (app) =>
      Object.entries(app.searchOrCreates ?? {}).flatMap(([key, { search, create }]) => {
        const missing = [
          ...(Object.hasOwn(app.searches ?? {}, search ?? '') ? [] : [`the search "${search}"`]),
          ...(Object.hasOwn(app.creates ?? {}, create ?? '') ? [] : [`the create "${create}"`]),
        ]
        return missing.map((what) => ({
          where: `searchOrCreates.${key}`,
          message: `needs ${what}, which does not exist`,
        }))
      }),
  },
  {
    id: 'D016',
    title: 'The app is more than one static webhook',
    run: (app) => {
      const visible = stepsOf(app).filter(({ hidden }) => !hidden)
      const [only] = visible
      return visible.length === 1 && only !== undefined && isStatic(only.it)
        ? [
            {
              where: only.where,
              message: 'is all there is, and a static webhook: Webhooks by Zapier does that already',
            },
          ]
        : []
    },
  },
  {
    id: 'D017',
    title: 'Hooks subscribe and unsubscribe by themselves',
    run: (app) =>
      stepsOf(app)
        .filter(({ it }) => isStatic(it))
        .map(({ where }) => ({
          where,
          message: 'is a static hook: give it performSubscribe and performUnsubscribe',
        })),
  },
  {
    id: 'D018',
    title: 'Labels are in title case',
    run: (app) =>
      stepsOf(app).flatMap(({ where, it }) => {
        const label = it.display?.label ?? ''
        const right = titleCase(label)
        return label === right
          ? []
          : [{ where: `${where}.display.label`, message: `must be in title case: "${right}"` }]
      }),
  },
  {
    id: 'D021',
    title: 'Descriptions of triggers read "Triggers when … ."',
    run: (app) =>
      stepsOf(app)
        .filter(({ kind, hidden }) => kind === 'triggers' && !hidden)
        .filter(({ it }) => !/^Triggers when .+\.$/s.test(it.display?.description ?? ''))
        .map(({ where }) => ({
          where: `${where}.display.description`,
          message: 'must begin with "Triggers when " and end with a full stop',
        })),
  },
  {
    id: 'D025',
    title: 'No dangerous URIs',
    run: (app) =>
      textsIn(app, '')
        .filter(({ it }) => DANGEROUS.test(it) && !/\s/.test(it.trim()))
        .map(({ where }) => ({ where, message: 'is a URI that a browser would run' })),
  },
]

/** A label in title case, as Zapier writes it. */
export function titleCase(label: string): string {
  return label.replace(/\p{L}[\p{L}\p{N}'’]*/gu, (word, at: number) => {
    const first = at === 0 || label[at - 1] === '('
    return !first && SMALL.has(word.toLowerCase())
      ? word.toLowerCase()
      : word.charAt(0).toUpperCase() + word.slice(1)
  })
}
