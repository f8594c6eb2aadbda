import { MAX_FILE_BYTES } from '../parse/batch-file.ts'
import type { Office } from './office.ts'
import type { Field } from './values.ts'

/** The file's bytes, from Slack and nowhere else; `undefined` if it cannot be had or is too large. */
export async function download(
  office: Office,
  team: string,
  file: NonNullable<Field['files']>[number] | undefined,
): Promise<Uint8Array | undefined> {
  const { client } = await office.slack(team)
  const listed = file?.id === undefined ? undefined : (await client.files.info({ file: file.id })).file
  const url = listed?.url_private_download ?? listed?.url_private
  if (url === undefined || client.token === undefined || !isSlackFile(url, client.slackApiUrl))
    return undefined
  const answer = await fetch(url, {
    headers: { authorization: `Bearer ${client.token}` },
    redirect: 'error',
    signal: AbortSignal.timeout(20_000),
  })
  if (!answer.ok || answer.body === null) return undefined
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of answer.body) {
    size += part.length
    if (size > MAX_FILE_BYTES) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** Files are fetched with the bot's token, so only from Slack, or from where its API is said to be. */
function isSlackFile(url: string, apiUrl: string): boolean {
  const { protocol, hostname, origin } = new URL(url)
  if (origin === new URL(apiUrl).origin) return true
  return (
    protocol === 'https:' &&
    (hostname === 'slack.com' || hostname.endsWith('.slack.com') || hostname.endsWith('.slack-edge.com'))
  )
}
