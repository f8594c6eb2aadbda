import type { CommandIo } from '@movoice-kit/core/command'
import { ask, bad, type Finding, none, ok, setting } from './check.ts'

/** Slack: whether its tokens are what they should be, and whether Slack takes the bot's. */
export async function checkSlack({ env }: Pick<CommandIo, 'env'>): Promise<Finding[]> {
  const bot = setting(env, 'SLACK_BOT_TOKEN')
  const app = setting(env, 'SLACK_APP_TOKEN')
  const signing = setting(env, 'SLACK_SIGNING_SECRET')
  if (bot === undefined && app === undefined && signing === undefined) {
    const oauth = setting(env, 'SLACK_CLIENT_ID') !== undefined
    return [none('Slack', oauth ? 'installed by OAuth: each workspace has its own token' : 'not set up')]
  }
  return [await checkBot(bot, setting(env, 'SLACK_API_URL')), checkDoor(app, signing)]
}

async function checkBot(token: string | undefined, apiUrl: string | undefined): Promise<Finding> {
  const page = 'OAuth & Permissions on the app’s page shows it.'
  if (token === undefined) return bad('Slack', 'SLACK_BOT_TOKEN is missing', page)
  if (!/^xox[be][-.]/.test(token))
    return bad('Slack', 'SLACK_BOT_TOKEN is no bot token', `It begins with xoxb-: ${page}`)
  const base = (apiUrl ?? 'https://slack.com/api').replace(/\/*$/, '/')
  if (!URL.canParse(base)) return bad('Slack', 'SLACK_API_URL is no URL', 'Leave it out for Slack itself.')
  const answer = await ask(`${base}auth.test`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  })
  if ('code' in answer)
    return bad('Slack', `${base} does not answer (${answer.code})`, 'Check the network, and SLACK_API_URL.')
  const { ok: good, error, team, user } = read(answer.body)
  if (good === true) return ok('Slack', `is ${String(user ?? 'a bot')} in ${String(team ?? 'a workspace')}`)
  const why = typeof error === 'string' && /^[a-z_]{1,60}$/.test(error) ? error : `HTTP ${answer.status}`
  return bad('Slack', `refuses SLACK_BOT_TOKEN (${why})`, `Install the app again. ${page}`)
}

/** Slack's requests come over a socket, or by HTTP with a signature. */
function checkDoor(app: string | undefined, signing: string | undefined): Finding {
  if (app === undefined && signing === undefined) {
    return bad(
      'Slack requests',
      'neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set',
      'With --socket the first is needed, else the second: Basic Information on the app’s page shows both.',
    )
  }
  if (app !== undefined && !app.startsWith('xapp-')) {
    return bad(
      'Slack requests',
      'SLACK_APP_TOKEN is no app token',
      'It begins with xapp- and has the scope connections:write.',
    )
  }
  if (signing !== undefined && !/^[0-9a-f]{32}$/i.test(signing)) {
    return bad(
      'Slack requests',
      'SLACK_SIGNING_SECRET is not 32 hexadecimal digits',
      'Basic Information on the app’s page shows it: it is not the client secret.',
    )
  }
  return ok('Slack requests', app === undefined ? 'by HTTP, signed' : 'over a socket')
}

function read(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
