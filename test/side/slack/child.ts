// The app in a process of its own, to be killed.
import { createSlack, defaultNames } from '@movoice-kit/slack'

const env = process.env
const shift = Number(env.TEST_NOW) - Date.now()
const app = await createSlack({
  access: { botToken: env.SLACK_BOT_TOKEN ?? '' },
  door: { signingSecret: env.SLACK_SIGNING_SECRET ?? '' },
  port: 0,
  storage: { folder: env.SLACK_DATA_DIR ?? '' },
  names: defaultNames,
  movoice: { apiKey: env.MOVOICE_API_KEY, baseUrl: env.MOVOICE_BASE_URL },
  slackApiUrl: env.SLACK_API_URL,
  ...(env.SLACK_SWEEP_MS !== undefined && { sweepMs: Number(env.SLACK_SWEEP_MS) }),
  clock: {
    now: () => Date.now() + shift,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  },
})
process.stdout.write(`slack ready on ${app.url}\n`)
