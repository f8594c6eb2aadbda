import { DEFAULT_BASE_URL } from './base-url.ts'

const ONE_WORD = /^[\x21-\x7e]+$/
const HTTP_URL = /^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/i

/**
 * What is wrong with an API key, in words that never hold the key; `undefined` if nothing is.
 *
 * @example
 * apiKeyProblem('sk_live_1\n2') // 'must be one word …'
 */
export function apiKeyProblem(key: unknown): string | undefined {
  if (typeof key !== 'string' || key.trim() === '') return 'is missing'
  if (ONE_WORD.test(key.trim())) return undefined
  return 'must be one word without spaces, line breaks or special characters: copy it again'
}

/**
 * What is wrong with a base URL; `undefined` if nothing is.
 *
 * @example
 * baseUrlProblem('api.movoice.ai') // 'must be an http or https URL …'
 */
export function baseUrlProblem(url: unknown): string | undefined {
  if (typeof url === 'string' && HTTP_URL.test(url.trim())) return undefined
  return `must be an http or https URL without user, query or fragment, such as ${DEFAULT_BASE_URL}`
}
