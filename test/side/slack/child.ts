// The app in a process of its own, to be killed: on a folder of its own, or on a database it shares.
import { createSlack, defaultNames } from '@movoice-kit/slack'

const env = process.env
const shift = Number(env.TEST_NOW) - Date.now()
const app = await createSlack({
  access: { botToken: env.SLACK_BOT_TOKEN ?? '' },
  door: { signingSecret: env.SLACK_SIGNING_SECRET ?? '' },
  port: 0,
  storage:
    env.SLACK_DATABASE_URL === undefined
      ? { folder: env.SLACK_DATA_DIR ?? '' }
      : { url: env.SLACK_DATABASE_URL },
  names: defaultNames,
  movoice: { apiKey: env.MOVOICE_API_KEY, baseUrl: env.MOVOICE_BASE_URL },
  slackApiUrl: env.SLACK_API_URL,
  ...(env.SLACK_SWEEP_MS !== undefined && { sweepMs: Number(env.SLACK_SWEEP_MS) }),
  clock: {
    now: () => Date.now() + shift,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ms)
        signal?.addEventListener('abort', () => {
          clearTimeout(timer)
          resolve()
        })
      }),
  },
})
process.stdout.write(`slack ready on ${app.url}\n`)
