/** What a check found. `none`: this part is not set up, which is no fault. */
export interface Finding {
  readonly check: string
  readonly state: 'ok' | 'bad' | 'none'
  /** What was found, in a few words; never a secret. */
  readonly says: string
  /** What to do about it; empty if there is nothing to do. */
  readonly remedy: string
}

export const ok = (check: string, says: string): Finding => ({ check, state: 'ok', says, remedy: '' })
export const none = (check: string, says: string): Finding => ({ check, state: 'none', says, remedy: '' })
export const bad = (check: string, says: string, remedy: string): Finding => ({
  check,
  state: 'bad',
  says,
  remedy,
})

type Environment = Readonly<Record<string, string | undefined>>

/** A setting, or `undefined` if it is not set or empty. */
export const setting = (env: Environment, name: string): string | undefined => {
  const value = env[name]?.trim()
  return value === '' ? undefined : value
}

/** How long one answer may take, in milliseconds. */
export const PATIENCE_MS = 10_000

/** Asks an HTTP server; a code such as `ECONNREFUSED` where it does not answer. */
export async function ask(
  url: string,
  init: RequestInit = {},
): Promise<{ readonly status: number; readonly body: string } | { readonly code: string }> {
  try {
    const answer = await fetch(url, {
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...init,
    })
    return { status: answer.status, body: await answer.text() }
  } catch (error) {
    const { cause, name } = error as { readonly cause?: { readonly code?: string }; readonly name: string }
    return { code: cause?.code ?? name }
  }
}
