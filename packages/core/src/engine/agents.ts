import type { Agent, UpdateAgentInput } from '../contract/agent.ts'
import { Listing } from './listing.ts'
import type { RequestOptions } from './options.ts'
import type { Requester } from './requester.ts'
import { validate } from './validate.ts'

/**
 * Voice agents.
 *
 * @example
 * const { prompt } = await movoice.agents.get('agent_clinic')
 */
export class Agents {
  readonly #requester: Requester

  constructor(requester: Requester) {
    this.#requester = requester
  }

  /**
   * Lists agents: `await` it for the first page, `for await` for every agent.
   *
   * @example
   * for await (const agent of movoice.agents.list()) console.log(agent.agent_id, agent.name)
   */
  list(options: RequestOptions = {}): Listing<Agent> {
    // No way to ask for a page of agents is documented, so one answer is all of them.
    const page = async () => {
      const { items, total } = await this.#requester.send('agents.list', {}, options)
      return { items, ...(total !== undefined && { total }), hasMore: false }
    }
    return new Listing(page, async function* () {
      yield* (await page()).items
    })
  }

  /**
   * Gets an agent with its configuration.
   *
   * @throws {@link NotFoundError} if there is no such agent
   * @example
   * const { prompt, voice_id } = await movoice.agents.get('agent_clinic')
   */
  async get(agentId: string, options: RequestOptions = {}): Promise<Agent> {
    return this.#requester.send(
      'agents.get',
      validate('agents.get', { params: { agent_id: agentId } }),
      options,
    )
  }

  /**
   * Changes an agent. Fields other than `prompt` and `voice_id` are passed on as they are.
   *
   * @example
   * await movoice.agents.update('agent_clinic', { voice_id: 'sarvam_hindi_female_01' })
   */
  async update(agentId: string, patch: UpdateAgentInput, options: RequestOptions = {}): Promise<Agent> {
    const parts = validate('agents.update', { params: { agent_id: agentId }, body: patch })
    return this.#requester.send('agents.update', parts, options)
  }
}
