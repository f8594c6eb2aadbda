import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { ConfigurationError } from '@movoice-kit/core/command'

const SETTING = 'MOVOICE_ENCRYPTION_KEYS'
const MADE_BY = "Make one with: node -p \"require('node:crypto').randomBytes(32).toString('base64')\""

/**
 * Encrypts what is kept of tokens and keys: AES-256-GCM, bound to the place it is kept for.
 *
 * @example
 * Keyring.read(process.env.MOVOICE_ENCRYPTION_KEYS ?? '')
 */
export class Keyring {
  readonly #keys: ReadonlyMap<string, Buffer>
  readonly #first: string
  readonly #macKeys: ReadonlyMap<string, Buffer>

  private constructor(keys: ReadonlyMap<string, Buffer>, first: string) {
    this.#keys = keys
    this.#first = first
    // One key, one use: what looks things up is derived from what encrypts.
    this.#macKeys = new Map(
      [...keys].map(([id, key]) => [
        id,
        Buffer.from(hkdfSync('sha256', key, '', 'movoice-kit slack lookup', 32)),
      ]),
    )
  }

  /**
   * Reads keys of 32 bytes as base64, parted by commas. The first encrypts, all decrypt: to rotate, put a new one
   * in front, and take the old one away when {@link Keyring.isCurrent} holds for everything.
   *
   * @throws {@link ConfigurationError}
   */
  static read(text: string): Keyring {
    const keys = new Map<string, Buffer>()
    for (const part of text.split(',').map((one) => one.trim())) {
      const key = Buffer.from(part, 'base64')
      if (key.length !== 32)
        throw new ConfigurationError(
          SETTING,
          'must hold keys of 32 bytes as base64, parted by commas',
          MADE_BY,
        )
      keys.set(createHash('sha256').update(key).digest('hex').slice(0, 8), key)
    }
    const first = keys.keys().next().value
    if (first === undefined) throw new ConfigurationError(SETTING, 'is empty', MADE_BY)
    return new Keyring(keys, first)
  }

  /**
   * @param place what the secret belongs to, such as `installation:T1`: it cannot be moved elsewhere unnoticed
   */
  encrypt(secret: string, place: string): string {
    const iv = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', this.#key(this.#first), iv)
    cipher.setAAD(Buffer.from(place))
    const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
    return [
      'v1',
      this.#first,
      iv.toString('base64'),
      cipher.getAuthTag().toString('base64'),
      body.toString('base64'),
    ].join('.')
  }

  /** @throws an error without the secret if the key is gone, or the text was changed or moved */
  decrypt(text: string, place: string): string {
    const [version, id = '', iv = '', tag = '', body = ''] = text.split('.')
    if (version !== 'v1') throw new Error(`A secret for ${place} is in no known form.`)
    const decipher = createDecipheriv('aes-256-gcm', this.#key(id), Buffer.from(iv, 'base64'), {
      authTagLength: 16,
    })
    decipher.setAAD(Buffer.from(place))
    decipher.setAuthTag(Buffer.from(tag, 'base64'))
    return Buffer.concat([decipher.update(Buffer.from(body, 'base64')), decipher.final()]).toString('utf8')
  }

  /** A fingerprint of a text under the first key: equal for equal texts, and telling nothing without the key. */
  mac(text: string): string {
    return this.#mac(text, this.#first)
  }

  /** The text's fingerprints under every key, the first key's first. */
  macs(text: string): string[] {
    return [...this.#macKeys.keys()].map((id) => this.#mac(text, id))
  }

  /** Whether a stored secret is encrypted with the first key. */
  isCurrent(text: string): boolean {
    return text.split('.')[1] === this.#first
  }

  #mac(text: string, id: string): string {
    const key = this.#macKeys.get(id)
    if (key === undefined) throw new Error('A keyring has every key twice.')
    return `m1.${id}.${createHmac('sha256', key).update(text).digest('base64url').slice(0, 32)}`
  }

  #key(id: string): Buffer {
    const key = this.#keys.get(id)
    if (key === undefined) {
      throw new ConfigurationError(
        SETTING,
        `lacks the key ${id} that something was encrypted with`,
        'Put it back behind the new one.',
      )
    }
    return key
  }
}
