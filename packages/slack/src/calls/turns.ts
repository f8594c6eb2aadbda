/**
 * Lets work begin one by one, each in a turn of the event loop of its own: between two, whatever waits for an answer
 * gets it. SQLite works in this thread, so a hundred beginnings in a row would keep Slack waiting.
 */
export class Turns {
  #last: Promise<void> = Promise.resolve()

  next(): Promise<void> {
    this.#last = this.#last.then(() => new Promise((resolve) => setImmediate(resolve)))
    return this.#last
  }
}
