import type { IDataObject } from 'n8n-workflow'

const MOST = 1_000

/** Ids of events that were told, kept with the workflow and bounded. */
export class Seen {
  readonly #data: IDataObject

  /** @param data the node's static data */
  constructor(data: IDataObject) {
    this.#data = data
  }

  has(id: string): boolean {
    return this.#ids().includes(id)
  }

  add(id: string): void {
    const ids = this.#ids()
    if (!ids.includes(id)) this.#data.seen = [...ids, id].slice(-MOST)
  }

  #ids(): string[] {
    return Array.isArray(this.#data.seen) ? (this.#data.seen as string[]) : []
  }
}

const inWork = new Set<string>()

/**
 * Lets one of several copies of an event through that come at the same time. Each request reads the workflow's
 * data anew, so that data alone cannot tell them apart.
 */
export async function single<T>(key: string, work: () => Promise<T>): Promise<T | undefined> {
  if (inWork.has(key)) return undefined
  inWork.add(key)
  try {
    return await work()
  } finally {
    inWork.delete(key)
  }
}
