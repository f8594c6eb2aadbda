import type { App } from '@slack/bolt'
import { batchView } from '../blocks/batch.ts'
import { callView } from '../blocks/call-modal.ts'
import { HOME_PAGE, homeView } from '../blocks/home.ts'
import { mayAdminister } from '../guards/judge.ts'
import { onClick } from './buttons.ts'
import { type Office, type Visitor, visitorOf } from './office.ts'
import { openSettings } from './settings.ts'

/** The app's own page: published when it is opened, and after what is changed on it. */
export function home(app: App, office: Office): void {
  app.event('app_home_opened', async ({ event, body, context }) => {
    if (event.tab !== 'home') return
    const team = context.teamId ?? body.team_id
    await office.tracked(() =>
      office.seen.once(`event:${body.event_id}`, office.clock.now(), async () =>
        publishHome(office, await visitorOf(office, team, event.user), 0),
      ),
    )
  })
  for (const id of ['home_newer', 'home_older']) {
    onClick(app, office, id, async (visitor, click) =>
      publishHome(office, visitor, Number(click.value ?? 0) || 0),
    )
  }
  onClick(app, office, 'home_call', async (visitor, click) => {
    const { client } = await office.slack(visitor.team)
    const agentId = visitor.policy.defaultAgent
    const agent =
      agentId === null ? undefined : { id: agentId, name: office.agents.nameOf(visitor.team, agentId) }
    await client.views.open({
      trigger_id: click.trigger,
      view: callView(
        { n: office.newId(), c: null, t: null, e: 'home', w: visitor.team },
        { agent },
        visitor.words,
      ),
    })
  })
  onClick(app, office, 'home_batch', async (visitor, click) => {
    const { client } = await office.slack(visitor.team)
    await client.views.open({
      trigger_id: click.trigger,
      view: batchView({ n: office.newId(), c: null, t: null, e: 'batch', w: visitor.team }, visitor.words),
    })
  })
  onClick(app, office, 'home_settings', async (visitor, click) => {
    if (mayAdminister(visitor.policy, visitor.who)) await openSettings(office, visitor, click.trigger)
  })
}

export async function publishHome(
  office: Office,
  { team, user, policy, who, words }: Visitor,
  offset: number,
): Promise<void> {
  const now = office.clock.now()
  const [{ calls, count }, facts, hasKey] = await Promise.all([
    office.calls.byPerson(team, user, HOME_PAGE, offset),
    office.calls.facts(team, user, [], now),
    office.movoice(team).then(
      () => true,
      () => false,
    ),
  ])
  const view = homeView(
    {
      team,
      calls,
      count,
      offset,
      used: facts.used.person,
      policy,
      mayAdminister: mayAdminister(policy, who),
      hasKey,
    },
    words,
  )
  const { client } = await office.slack(team)
  await client.views.publish({ user_id: user, view })
}
