import { createWriteStream, existsSync, renameSync, rmSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { CommandError, ConfigurationError, exitCodes } from '@movoice-kit/core/command'

export interface DownloadOptions {
  readonly path: string
  /** Whether a file that is there may be written over. */
  readonly force: boolean
  readonly maxBytes: number
  readonly signal: AbortSignal
  /** Sent to this origin alone, and to no other that it sends us on to. */
  readonly key: { readonly origin: string; readonly value: string }
}

/** What fails here: a file names its path, a connection its cause. */
interface Trouble {
  readonly name: string
  readonly code?: string
  readonly path?: string
  readonly cause?: { readonly code?: string }
}

const MOST_REDIRECTS = 5
/** So long nothing may come, in milliseconds. */
const SILENCE_MS = 30_000

/**
 * Fetches a file, whole or not at all: it stands under its name only once all of it is there.
 *
 * @returns its size in bytes
 * @throws {@link CommandError} saying what is in the way
 */
export async function download(url: string, options: DownloadOptions): Promise<number> {
  const { path, force, maxBytes, signal } = options
  if (!force && existsSync(path)) {
    throw new ConfigurationError(
      '--out',
      `names a file that is there already: ${path}`,
      'Give --force to write over it.',
    )
  }
  const stop = new AbortController()
  const silent = setTimeout(() => stop.abort(), SILENCE_MS)
  const part = `${path}.part`
  try {
    const answer = await follow(url, options, AbortSignal.any([signal, stop.signal]))
    const told = Number(answer.headers.get('content-length') ?? 0)
    if (told > maxBytes) throw tooLarge(maxBytes)
    let size = 0
    const measured = async function* (body: AsyncIterable<Uint8Array>) {
      for await (const chunk of body) {
        silent.refresh()
        size += chunk.byteLength
        if (size > maxBytes) throw tooLarge(maxBytes)
        yield chunk
      }
    }
    if (answer.body === null) throw new CommandError('The recording is empty.')
    // For its owner alone: it is somebody's voice.
    await pipeline(
      Readable.fromWeb(answer.body),
      measured,
      createWriteStream(part, { mode: 0o600, flush: true }),
    )
    renameSync(part, path)
    return size
  } catch (error) {
    rmSync(part, { force: true })
    if (signal.aborted) throw new CommandError('Stopped.', { exitCode: exitCodes.interrupted })
    if (error instanceof CommandError) throw error
    const { code, cause, name, path: at } = error as Trouble
    if (code !== undefined && at === part) {
      throw new ConfigurationError('--out', `cannot be written (${code}): ${path}`)
    }
    const why = stop.signal.aborted ? 'nothing came for 30 s' : (cause?.code ?? code ?? name)
    throw new CommandError(`The recording could not be fetched (${why}).`, {
      hint: 'Nothing was kept. Try again.',
    })
  } finally {
    clearTimeout(silent)
  }
}

async function follow(first: string, { key }: DownloadOptions, signal: AbortSignal): Promise<Response> {
  let url = new URL(first)
  for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
    const headers = url.origin === key.origin ? { authorization: `Bearer ${key.value}` } : undefined
    const answer = await fetch(url, { redirect: 'manual', signal, ...(headers !== undefined && { headers }) })
    const next = answer.headers.get('location')
    if (answer.status >= 300 && answer.status <= 399 && next !== null) {
      await answer.body?.cancel()
      const to = new URL(next, url)
      if (!/^https?:$/.test(to.protocol) || (url.protocol === 'https:' && to.protocol === 'http:')) {
        throw new CommandError(
          `The recording is sent on to a ${to.protocol}// address, which is not followed.`,
        )
      }
      url = to
      continue
    }
    if (answer.ok && !/^text\/html/i.test(answer.headers.get('content-type') ?? '')) return answer
    await answer.body?.cancel()
    const what = answer.ok ? 'a page' : `HTTP ${answer.status}`
    throw new CommandError(`${url.origin} answered with ${what}, not with a recording.`, {
      hint: answer.status === 404 || answer.status === 410 ? 'It may have been deleted.' : '',
    })
  }
  throw new CommandError(`The recording is sent on more than ${MOST_REDIRECTS} times.`)
}

function tooLarge(maxBytes: number): CommandError {
  return new CommandError(`The recording is larger than ${Math.floor(maxBytes / 1_000_000)} MB.`, {
    hint: 'Nothing was kept. Allow more with --max-size.',
  })
}
