import type { Bundle, Trigger, ZObject } from 'zapier-platform-core'
import { movoiceOf } from '../connection.ts'
import { explained } from '../errors.ts'

/** How many agents are read one by one, where the list does not tell their voices. */
const MOST_READ = 20

/** For the dropdown of voices: Movoice lists none, so these are the ones the account's agents speak with. */
async function perform(z: ZObject, bundle: Bundle) {
  return explained(z, async () => {
    const movoice = movoiceOf(z, bundle)
    const { items } = await movoice.agents.list()
    const unknown = items.filter(({ voice_id }) => voice_id == null).slice(0, MOST_READ)
    const read = await Promise.all(unknown.map(({ agent_id }) => movoice.agents.get(agent_id)))
    const voices = new Set([...items, ...read].flatMap(({ voice_id }) => voice_id ?? []))
    return [...voices].sort().map((id) => ({ id, name: id }))
  })
}

export const voiceList: Trigger = {
  key: 'voice_list',
  noun: 'Voice',
  display: {
    label: 'Voice List',
    description: 'Triggers when a list of voices is needed for a dropdown.',
    hidden: true,
  },
  operation: {
    type: 'polling',
    outputFields: [
      { key: 'id', label: 'ID', type: 'string', primary: true, required: true },
      { key: 'name', label: 'Name', type: 'string', required: true },
    ],
    perform,
    sample: { id: 'sarvam_hindi_female_01', name: 'sarvam_hindi_female_01' },
  },
}
