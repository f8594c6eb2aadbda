import { closeSync, fdatasync, openSync } from 'node:fs'
import { Batcher } from '../batcher.ts'

/**
 * Brings SQLite's write-ahead log to the disk beside the event loop, so that nobody stands still while the disk works.
 * Whoever asks while one sync is under way shares the next: only that is sure to begin after what they wrote.
 */
export class LogSync {
  readonly #file: number
  readonly #syncs: Batcher<undefined, undefined>
  #failed: Error | undefined

  /** @param path of the log, which must be there */
  constructor(path: string) {
    this.#file = openSync(path, 'r+')
    this.#syncs = new Batcher(async (asked) => {
      await this.#toDisk()
      return asked
    })
  }

  /**
   * Resolves once all that was written before is on the disk. After a failure it never does again: the system may have
   * dropped what it could not write, and later parts of a log are worth nothing without the earlier.
   */
  async sync(): Promise<void> {
    await this.#syncs.add(undefined)
  }

  async close(): Promise<void> {
    await this.#syncs.idle()
    closeSync(this.#file)
  }

  #toDisk(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#failed !== undefined) return reject(this.#failed)
      fdatasync(this.#file, (error) => {
        if (error === null) return resolve()
        this.#failed = error
        reject(error)
      })
    })
  }
}
