const FIRST_TOKENS = 5
const PER_REQUEST = 0.15
const MOST_TOKENS = 20

/**
 * Retries as a share of requests. While all goes well nobody notices it; in a total outage it keeps retries
 * from multiplying the load: after the first few, at most 15 for every 100 requests.
 */
export class RetryBudget {
  #tokens = FIRST_TOKENS

  /** A new request of a user. */
  deposit(): void {
    this.#tokens = Math.min(MOST_TOKENS, this.#tokens + PER_REQUEST)
  }

  /** Takes one retry, or says that there is none left. */
  withdraw(): boolean {
    if (this.#tokens < 1) return false
    this.#tokens -= 1
    return true
  }
}
