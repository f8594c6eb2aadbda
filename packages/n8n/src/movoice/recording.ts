import { MovoiceError } from '@movoice-kit/core/engine'
import type { IExecuteFunctions, IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow'
import { cancelSignal } from '../shared/client.ts'
import { CREDENTIAL, readCredentials } from '../shared/credentials.ts'
import { Fields } from '../shared/fields.ts'
import { simpleCall } from '../shared/output.ts'
import { failureOf } from '../shared/transport.ts'
import type { ItemOperation } from './context.ts'

const EXTENSIONS: Readonly<Record<string, string>> = {
  'audio/mpeg': 'mp3',
  'audio/mp3': 'mp3',
  'audio/wav': 'wav',
  'audio/x-wav': 'wav',
  'audio/ogg': 'ogg',
  'audio/mp4': 'm4a',
  'audio/webm': 'webm',
}
const LONGEST_DOWNLOAD_MS = 120_000

export const downloadRecording: ItemOperation = async ({ functions, movoice }, itemIndex) => {
  const fields = new Fields(functions, itemIndex)
  const call = await movoice.calls.get(fields.text('callId'), { signal: cancelSignal(functions) })
  const url = call.recording_url
  if (url == null || url === '') {
    throw new MovoiceError('no_recording', `The call has no recording (its status is ${call.status}).`, {
      sent: 'yes',
      hint: 'A recording comes some time after the end of a call that was answered: wait, or branch on recording_url.',
    })
  }
  const { baseUrl } = await readCredentials(functions)
  const response = await download(functions, url, baseUrl)
  const type = String(response.headers['content-type'] ?? 'audio/mpeg').split(';')[0] as string
  const name = `${call.call_id}.${EXTENSIONS[type] ?? 'mp3'}`
  const property = fields.text('binaryPropertyName') || 'data'
  const binary = await functions.helpers.prepareBinaryData(
    Buffer.from(response.body as ArrayBuffer),
    name,
    type,
  )
  return {
    items: [{ json: simpleCall(call), binary: { [property]: binary }, pairedItem: { item: itemIndex } }],
  }
}

/** The key goes to the API alone: a recording that lies elsewhere is fetched without it. */
async function download(
  functions: IExecuteFunctions,
  url: string,
  baseUrl: string,
): Promise<IN8nHttpFullResponse> {
  const own = originOf(url) === originOf(baseUrl)
  const options: IHttpRequestOptions = {
    method: 'GET',
    url,
    encoding: 'arraybuffer',
    json: false,
    returnFullResponse: true,
    ignoreHttpStatusErrors: true,
    timeout: LONGEST_DOWNLOAD_MS,
    ...(own && { disableFollowRedirect: true }),
  }
  let response: IN8nHttpFullResponse
  try {
    response = (await (own
      ? functions.helpers.httpRequestWithAuthentication.call(functions, CREDENTIAL, options)
      : functions.helpers.httpRequest(options))) as IN8nHttpFullResponse
  } catch (error) {
    throw new MovoiceError(
      'download_failed',
      `The recording could not be fetched: ${failureOf(error).message}.`,
      {
        sent: 'yes',
        hint: 'Try again.',
      },
    )
  }
  if (response.statusCode !== 200) {
    throw new MovoiceError('download_failed', `The recording’s server answered ${response.statusCode}.`, {
      sent: 'yes',
      status: response.statusCode,
      hint: 'Links to recordings can expire: get the call again, or look in the dashboard.',
    })
  }
  return response
}

function originOf(url: string): string {
  return (/^https?:\/\/[^/?#]+/i.exec(url)?.[0] ?? '').toLowerCase()
}
