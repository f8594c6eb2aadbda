// Bolt alone: acks, then waits for Movoice. What the app is measured beside; it is the copy that the app has.
import { createRequire } from 'node:module'
import { join } from 'node:path'

interface Bolt {
  readonly App: new (
    options: object,
  ) => {
    command(
      name: string,
      listener: (args: { ack(): Promise<void>; respond(body: object): Promise<unknown> }) => Promise<void>,
    ): void
    start(listen: object): Promise<{ address(): { readonly port: number } }>
  }
}

const from = createRequire(join(import.meta.dirname, '../../../packages/slack/package.json'))
const { App } = from('@slack/bolt') as Bolt
const env = process.env
const app = new App({
  token: env.SLACK_BOT_TOKEN,
  signingSecret: env.SLACK_SIGNING_SECRET,
  clientOptions: { slackApiUrl: env.SLACK_API_URL },
  logLevel: 'error',
})
app.command('/call', async ({ ack, respond }) => {
  await ack()
  await fetch(`${env.MOVOICE_BASE_URL}/agents`)
  await respond({ response_type: 'ephemeral', text: 'done' })
})
const server = await app.start({ port: 0, host: '127.0.0.1' })
process.stdout.write(`slack ready on http://127.0.0.1:${server.address().port}\n`)
