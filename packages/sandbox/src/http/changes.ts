const QUIET_MS = 100

/** Tells those who watch that something changed: at most ten times a second, however much happens. */
export class Changes {
  readonly #watchers = new Set<() => void>()
  #timer: NodeJS.Timeout | undefined

  readonly mark = (): void => {
    if (this.#watchers.size === 0 || this.#timer !== undefined) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      for (const watcher of this.#watchers) watcher()
    }, QUIET_MS)
  }

  /** Returns what ends the watch. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#watchers.clear()
  }
}
