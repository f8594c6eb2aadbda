import { isMovoiceError, Movoice, type Transport } from '@movoice-kit/core/client'
import { type CommandIo, isCommandError, readMovoiceSettings, readSecrets } from '@movoice-kit/core/command'
import { apiKeyProblem, baseUrlProblem, DEFAULT_BASE_URL, plans } from '@movoice-kit/core/contract'
import { fetchTransport } from '@movoice-kit/core/fetch'
import { bad, type Finding, none, ok, PATIENCE_MS, setting } from './check.ts'

const LOOPBACK = /^http:\/\/(127\.\d+\.\d+\.\d+|localhost|\[::1\])(:|\/|$)/
/** Signed deliveries are refused beyond 300 s; this far, something is wrong already. */
const MOST_SKEW_S = 60

/** The Movoice account: what is set, and what it answers. */
export async function checkAccount({ env, clock }: Pick<CommandIo, 'env' | 'clock'>): Promise<Finding[]> {
  const key = setting(env, 'MOVOICE_API_KEY')
  const baseUrl = setting(env, 'MOVOICE_BASE_URL') ?? DEFAULT_BASE_URL
  const findings = [checkKey(key), checkBaseUrl(baseUrl)]
  if (key === undefined || findings.some(({ state }) => state === 'bad')) {
    findings.push(none('Movoice', 'not asked'), none('Clock', 'not compared'))
  } else {
    findings.push(...(await checkApi(key, baseUrl, clock?.now ?? Date.now)))
  }
  return [...findings, checkPlan(env), checkSecret(env)]
}

function checkKey(key: string | undefined): Finding {
  const problem = apiKeyProblem(key)
  if (problem === undefined) return ok('API key', 'is set')
  return bad(
    'API key',
    `MOVOICE_API_KEY ${problem}`,
    'The dashboard shows it under Settings → API Keys. Without an account: "movoice up", and the key it prints.',
  )
}

function checkBaseUrl(baseUrl: string): Finding {
  const problem = baseUrlProblem(baseUrl)
  if (problem !== undefined) {
    return bad('Base URL', `MOVOICE_BASE_URL ${problem}`, `Leave it out for ${DEFAULT_BASE_URL}.`)
  }
  if (baseUrl.startsWith('http:') && !LOOPBACK.test(baseUrl)) {
    return bad('Base URL', `${baseUrl} is not encrypted`, 'Your key can be read on the way: use https.')
  }
  return ok('Base URL', baseUrl)
}

async function checkApi(apiKey: string, baseUrl: string, now: () => number): Promise<Finding[]> {
  let there: number | undefined
  const inner = fetchTransport()
  const transport: Transport = async (request) => {
    const answer = await inner(request)
    there = Date.parse(answer.headers.date ?? '')
    return answer
  }
  const movoice = new Movoice({
    apiKey,
    baseUrl,
    transport,
    deadlineMs: PATIENCE_MS,
    maxRetries: 0,
    userAgent: 'movoice-cli',
  })
  const began = performance.now()
  const api = await movoice.agents.list().then(
    ({ items }) => {
      const agents = items.length === 1 ? '1 agent' : `${items.length} agents`
      return ok('Movoice', `takes the key: ${agents}, ${Math.round(performance.now() - began)} ms`)
    },
    (error: unknown) => {
      if (!isMovoiceError(error)) throw error
      return bad('Movoice', error.message, error.hint)
    },
  )
  // A sandbox on this machine may run faster than life.
  const clock = LOOPBACK.test(baseUrl)
    ? none('Clock', 'a sandbox keeps its own time')
    : checkClock(there, now())
  return [api, clock]
}

/** @param there what the `Date` header of Movoice's answer said, in milliseconds since 1970 */
export function checkClock(there: number | undefined, here: number): Finding {
  if (there === undefined || Number.isNaN(there)) return none('Clock', 'Movoice told no time to compare with')
  // The header has whole seconds.
  const seconds = Math.trunc((here - there) / 1000)
  if (Math.abs(seconds) <= MOST_SKEW_S)
    return ok('Clock', `within ${Math.max(1, Math.abs(seconds))} s of Movoice's`)
  return bad(
    'Clock',
    `${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} Movoice's`,
    'Set this machine’s clock by NTP: deliveries signed more than 300 s away are refused.',
  )
}

function checkPlan(env: CommandIo['env']): Finding {
  try {
    const { plan } = readMovoiceSettings({ MOVOICE_PLAN: env.MOVOICE_PLAN })
    if (plan === undefined) {
      const { callsPerMinute, concurrentCalls } = plans.starter
      return none(
        'Plan',
        `MOVOICE_PLAN is not set: a batch keeps to ${callsPerMinute} a minute, ${concurrentCalls} at once`,
      )
    }
    const rate = plan.callsPerMinute === null ? 'no limit' : `${plan.callsPerMinute} calls a minute`
    const lines = plan.concurrentCalls === null ? '' : `, ${plan.concurrentCalls} at once`
    return ok('Plan', `${plan.name}: ${rate}${lines}`)
  } catch (error) {
    if (!isCommandError(error)) throw error
    return bad('Plan', error.message, 'The dashboard shows yours; starter is within every other.')
  }
}

function checkSecret({ MOVOICE_WEBHOOK_SECRET }: CommandIo['env']): Finding {
  const secrets = readSecrets(MOVOICE_WEBHOOK_SECRET)
  if (secrets.length === 0) return none('Webhook secret', 'MOVOICE_WEBHOOK_SECRET is not set')
  return ok(
    'Webhook secret',
    secrets.length === 1 ? 'is set' : `${secrets.length} are set, as while one is replaced`,
  )
}
