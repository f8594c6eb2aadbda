import type { HomeView, KnownBlock } from '@slack/types'
import type { Call } from '../calls/model.ts'
import type { Policy } from '../guards/policy.ts'
import { Mrkdwn, type Words } from '../words/words.ts'
import { actions, button, context, header, section } from './kit.ts'
import { callLine, isLink, lineSections } from './lists.ts'
import { remember } from './memory.ts'

export const HOME_PAGE = 25

export interface HomeParts {
  readonly team: string
  readonly calls: readonly Call[]
  readonly count: number
  readonly offset: number
  readonly used: number
  readonly policy: Policy
  readonly mayAdminister: boolean
  readonly hasKey: boolean
}

/** A person's own page: their calls, what is left of their quota, and where to go on. */
export function homeView(
  { team, calls, count, offset, used, policy, mayAdminister, hasKey }: HomeParts,
  words: Words,
): HomeView {
  const blocks: KnownBlock[] = [header(words.plain('home.title'))]
  if (policy.killSwitch) blocks.push(section(words.mrkdwn('home.off')))
  if (!hasKey) blocks.push(section(words.mrkdwn('home.key_missing')))
  blocks.push(
    actions(
      'home',
      button({ id: 'home_call', text: words.plain('home.call'), style: 'primary' }),
      button({ id: 'home_batch', text: words.plain('home.batch') }),
      ...(mayAdminister ? [button({ id: 'home_settings', text: words.plain('home.settings') })] : []),
    ),
    section(
      policy.quotaPerPerson === null
        ? words.mrkdwn('home.quota_free', { count: used })
        : words.mrkdwn('home.quota', { used, limit: policy.quotaPerPerson }),
    ),
  )
  if (policy.callFrom !== null && policy.callUntil !== null)
    blocks.push(context(words.mrkdwn('home.hours', { from: policy.callFrom, until: policy.callUntil })))
  blocks.push({ type: 'divider' }, section(`*${words.mrkdwn('home.recent')}*`))
  if (calls.length === 0) blocks.push(section(words.mrkdwn('home.none')))
  else {
    const lines = calls.map((call) =>
      callLine(
        {
          id: call.callId ?? call.id,
          state: call.state,
          phone: call.request.phone,
          agentName: call.request.agentName,
          at: Math.floor(call.createdAt / 1000),
          outcome: call.result?.outcome ?? null,
        },
        true,
        words,
      ),
    )
    blocks.push(...lineSections(lines))
    if (count > calls.length) {
      blocks.push(
        context(words.mrkdwn('home.page', { first: offset + 1, last: offset + calls.length, count })),
      )
      const turns = [
        ...(offset > 0
          ? [
              button({
                id: 'home_newer',
                text: words.plain('home.newer'),
                value: String(Math.max(0, offset - HOME_PAGE)),
              }),
            ]
          : []),
        ...(offset + calls.length < count
          ? [button({ id: 'home_older', text: words.plain('home.older'), value: String(offset + HOME_PAGE) })]
          : []),
      ]
      if (turns.length > 0) blocks.push(actions('home_pages', ...turns))
    }
  }
  const help = words.mrkdwn('home.help')
  const support =
    policy.supportUrl !== null && isLink(policy.supportUrl)
      ? words.mrkdwn('home.support', { url: new Mrkdwn(policy.supportUrl.replace(/&/g, '&amp;')) })
      : ''
  blocks.push({ type: 'divider' }, context(help, support))
  return { type: 'home', private_metadata: remember(team), blocks }
}
