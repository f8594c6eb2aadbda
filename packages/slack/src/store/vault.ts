import { ConfigurationError } from '@movoice-kit/core/command'
import type { Keyring } from './keyring.ts'

/**
 * Keeps numbers, variables and words of calls so that the database alone does not tell them: encrypted where a keyring
 * is configured, as they are where none is. What was kept before there was a keyring is read as it is.
 */
export class Vault {
  readonly #keyring: Keyring | undefined

  constructor(keyring: Keyring | undefined) {
    this.#keyring = keyring
  }

  /** @param place what the text belongs to, such as `call:abc`: it opens nowhere else */
  seal(text: string, place: string): string {
    return this.#keyring === undefined ? text : this.#keyring.encrypt(text, place)
  }

  /** @throws ConfigurationError if the key it was sealed with is not there */
  open(text: string, place: string): string {
    return isSealed(text) ? ring(this.#keyring).decrypt(text, place) : text
  }

  /** What a number of a workspace is looked up by. It does not tell the number, nor that two workspaces share it. */
  tag(team: string, phone: string): string {
    return this.#keyring === undefined ? phone : this.#keyring.mac(`${team} ${phone}`)
  }

  /** Every tag that a number may have been kept under: of older keys too, and of the time before there were any. */
  tags(team: string, phone: string): readonly string[] {
    return this.#keyring === undefined ? [phone] : [...this.#keyring.macs(`${team} ${phone}`), phone]
  }

  /** Whether a text needs no sealing again: it is sealed with the first key, or there is none. */
  isCurrent(text: string): boolean {
    return this.#keyring === undefined || (isSealed(text) && this.#keyring.isCurrent(text))
  }
}

// JSON, which is what is kept, never begins with a letter.
const isSealed = (text: string): boolean => text.startsWith('v1.')

function ring(keyring: Keyring | undefined): Keyring {
  if (keyring === undefined)
    throw new ConfigurationError(
      'MOVOICE_ENCRYPTION_KEYS',
      'is missing, and what is kept was encrypted',
      'Set it to the keys that were used before.',
    )
  return keyring
}
