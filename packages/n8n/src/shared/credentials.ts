import { DEFAULT_BASE_URL } from '@movoice-kit/core/contract'

/** What the credential holds; everything but the key may be empty. */
export interface MovoiceCredentials {
  readonly apiKey: string
  readonly baseUrl: string
  readonly webhookSecret: string
  readonly hooksUrl: string
  readonly hooksToken: string
}

/** The name under which n8n keeps the credential. */
export const CREDENTIAL = 'movoiceApi'

const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '')

/** Reads the credential of a node: text without the spaces that a copied one brings along. */
export async function readCredentials(functions: {
  getCredentials<T extends object>(type: string): Promise<T>
}): Promise<MovoiceCredentials> {
  const found = await functions.getCredentials<Record<string, unknown>>(CREDENTIAL)
  return {
    apiKey: text(found.apiKey),
    baseUrl: text(found.baseUrl) || DEFAULT_BASE_URL,
    webhookSecret: text(found.webhookSecret),
    hooksUrl: text(found.hooksUrl).replace(/\/+$/, ''),
    hooksToken: text(found.hooksToken),
  }
}

/** Whether a hooks server is set up in the credential. */
export const hasHooks = ({ hooksUrl, hooksToken }: MovoiceCredentials): boolean =>
  hooksUrl !== '' && hooksToken !== ''
