import { HooksClient } from '@movoice-kit/hooks/client'
import { readCredentials } from './credentials.ts'
import { type Functions, plainTransport } from './transport.ts'

/** The hooks server of the credential, by n8n's HTTP helper. */
export async function hooksClient(functions: Functions): Promise<HooksClient> {
  const { hooksUrl: url, hooksToken: token } = await readCredentials(functions)
  return new HooksClient({ url, token, transport: plainTransport(functions) })
}
