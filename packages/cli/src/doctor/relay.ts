import type { CommandIo } from '@movoice-kit/core/command'
import { ask, bad, type Finding, none, ok, setting } from './check.ts'

const MIN_TOKEN = 16

/** The relay: whether it runs, refuses what is not signed, and takes our token. */
export async function checkRelay({ env }: Pick<CommandIo, 'env'>): Promise<Finding[]> {
  const url = setting(env, 'HOOKS_URL') ?? setting(env, 'HOOKS_PUBLIC_URL')
  const token = setting(env, 'HOOKS_TOKEN')
  if (url === undefined && token === undefined) {
    return [
      none('Relay', 'neither HOOKS_URL nor HOOKS_TOKEN is set'),
      none('Webhooks in', 'no relay'),
      none('Relay token', 'no relay'),
    ]
  }
  const where = (url ?? 'http://127.0.0.1:4020').replace(/\/+$/, '')
  if (!/^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/i.test(where)) {
    const remedy = 'Write it as http://127.0.0.1:4020 or https://hooks.example.com.'
    return [
      bad('Relay', 'HOOKS_URL is no URL', remedy),
      none('Webhooks in', 'not asked'),
      none('Relay token', 'not asked'),
    ]
  }
  const ready = await ask(`${where}/readyz`)
  if ('code' in ready) {
    const remedy = 'Start it with "movoice hooks", or set HOOKS_URL to where it is.'
    return [
      bad('Relay', `${where} does not answer (${ready.code})`, remedy),
      none('Webhooks in', 'not asked'),
      none('Relay token', 'not asked'),
    ]
  }
  const relay =
    ready.status === 200
      ? ok('Relay', `${where} is ready`)
      : bad(
          'Relay',
          `${where}/readyz answers ${ready.status}`,
          'Its log says why; a full disk and a lost database are the usual reasons.',
        )
  return [relay, await checkDoor(where, setting(env, 'HOOKS_PUBLIC_URL')), await checkToken(where, token)]
}

/** Where Movoice's webhooks come in: open to the world, and closed to whoever cannot sign. */
async function checkDoor(here: string, publicUrl: string | undefined): Promise<Finding> {
  const door = `${(publicUrl ?? here).replace(/\/+$/, '')}/movoice`
  const answer = await ask(door, {
    method: 'POST',
    body: '{}',
    headers: { 'content-type': 'application/json' },
  })
  if ('code' in answer) {
    return bad(
      'Webhooks in',
      `${door} does not answer (${answer.code})`,
      'Movoice cannot get through either: check the proxy, the name and the certificate.',
    )
  }
  if (answer.status !== 401) {
    return bad(
      'Webhooks in',
      `${door} answers ${answer.status} to an unsigned webhook, not 401`,
      'Is another server, or a proxy’s own page, at this address?',
    )
  }
  if (publicUrl === undefined)
    return ok('Webhooks in', `${door} refuses what is not signed; HOOKS_PUBLIC_URL is not set`)
  if (!publicUrl.startsWith('https:')) {
    return bad(
      'Webhooks in',
      `${door} is not https`,
      'Movoice sends webhooks to https URLs alone: put a proxy with a certificate in front.',
    )
  }
  return ok('Webhooks in', `${door} refuses what is not signed`)
}

async function checkToken(url: string, token: string | undefined): Promise<Finding> {
  if (token === undefined)
    return bad('Relay token', 'HOOKS_TOKEN is missing', 'Set it to the token the relay was started with.')
  if (token.length < MIN_TOKEN || !/^[\x21-\x7e]+$/.test(token)) {
    return bad(
      'Relay token',
      `HOOKS_TOKEN is not one word of ${MIN_TOKEN} characters or more`,
      'Set it to the token the relay was started with.',
    )
  }
  const answer = await ask(`${url}/hooks`, { headers: { authorization: `Bearer ${token}` } })
  if ('code' in answer) return bad('Relay token', `no answer (${answer.code})`, 'Run this again.')
  if (answer.status === 401)
    return bad(
      'Relay token',
      'the relay refuses it',
      'Set HOOKS_TOKEN to the token the relay was started with.',
    )
  if (answer.status !== 200)
    return bad('Relay token', `${url}/hooks answers ${answer.status}`, 'Is it a relay of this kit?')
  return ok('Relay token', subscriptionsIn(answer.body))
}

function subscriptionsIn(body: string): string {
  try {
    const { hooks } = JSON.parse(body) as { readonly hooks?: readonly unknown[] }
    const count = hooks?.length ?? 0
    return `is good; ${count === 1 ? '1 subscription' : `${count} subscriptions`}`
  } catch {
    return 'is good'
  }
}
