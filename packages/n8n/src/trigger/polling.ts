import type { CallEvent } from '@movoice-kit/core/events'
import { toCallEvent } from '@movoice-kit/core/events'
import {
  type IDataObject,
  type INodeExecutionData,
  type ITriggerFunctions,
  type ITriggerResponse,
  NodeOperationError,
} from 'n8n-workflow'
import { movoiceClient } from '../shared/client.ts'
import { n8nClock } from '../shared/clock.ts'
import { nodeError } from '../shared/errors.ts'
import { isOver } from '../shared/over.ts'
import { eventJson, readWanted, wants } from './filter.ts'
import { pollCalls } from './poll.ts'

/** After so many looks in a row that failed, the workflow's owner hears of it. */
const FAILURES_TO_TELL = 3

/** Looks at the list of calls now and then. n8n runs the schedule, on one of its machines only. */
export async function startPolling(trigger: ITriggerFunctions): Promise<ITriggerResponse | undefined> {
  if (trigger.getNodeParameter('mode') !== 'poll') return undefined
  if (trigger.getMode() === 'manual') return { manualTriggerFunction: () => showLatest(trigger) }
  const look = looker(trigger)
  try {
    // What is old is learned now, so that nothing is lost between this moment and the first look.
    await pollCalls(await movoiceClient(trigger), trigger.getWorkflowStaticData('node'), seconds())
  } catch (error) {
    throw nodeError(trigger.getNode(), error)
  }
  const minutes = Math.max(1, Math.round(Number(trigger.getNodeParameter('pollMinutes', 5))))
  const second = Math.floor(Math.random() * 60)
  const expression =
    minutes < 60
      ? `${second} */${minutes} * * * *`
      : `${second} 0 */${Math.max(1, Math.round(minutes / 60))} * * *`
  trigger.helpers.registerCron({ expression } as never, () => look())
  return {}
}

const seconds = () => Math.floor(n8nClock.now() / 1000)

function looker(trigger: ITriggerFunctions): () => Promise<void> {
  // Read now, as n8n evaluates expressions only here and not between runs.
  const choose = chooser(trigger)
  let looking = false
  let failures = 0
  return async () => {
    if (looking) return
    looking = true
    try {
      const data = trigger.getWorkflowStaticData('node')
      const events = await pollCalls(await movoiceClient(trigger), data, seconds())
      failures = 0
      const items = choose(events)
      if (items.length > 0) trigger.emit([items])
    } catch (error) {
      failures += 1
      const problem = nodeError(trigger.getNode(), error)
      trigger.logger.warn(`Movoice Trigger could not look for calls: ${problem.message}`)
      // Nothing is lost meanwhile: the next look begins where the last good one ended.
      if (failures === FAILURES_TO_TELL) trigger.saveFailedExecution?.(problem)
    } finally {
      looking = false
    }
  }
}

function chooser(trigger: ITriggerFunctions): (events: readonly CallEvent[]) => INodeExecutionData[] {
  const filters = trigger.getNodeParameter('filters', {}) as IDataObject
  const wanted = readWanted(trigger.getNodeParameter('events'), filters)
  const simplify = trigger.getNodeParameter('simplify', true) as boolean
  return (events) =>
    events.filter((event) => wants(wanted, event)).map((event) => ({ json: eventJson(event, simplify) }))
}

/** For the editor's test run: the latest call that ended and that the filters let through. */
async function showLatest(trigger: ITriggerFunctions): Promise<void> {
  const problem = 'No call that ended fits the events and filters'
  const choose = chooser(trigger)
  try {
    const movoice = await movoiceClient(trigger)
    const { items: calls } = await movoice.calls.list({ limit: 100 })
    const events = calls.filter(isOver).map((call) => toCallEvent(call))
    events.sort((a, b) => String(b.occurred_at).localeCompare(String(a.occurred_at)))
    const latest = events.find((event) => choose([event]).length > 0)
    if (latest === undefined) {
      throw new NodeOperationError(trigger.getNode(), problem, {
        description: 'Place a call first, or loosen the filters, and run the test again.',
      })
    }
    const full = toCallEvent(await movoice.calls.get(latest.call_id ?? ''))
    trigger.emit([choose([full])])
  } catch (error) {
    throw nodeError(trigger.getNode(), error)
  }
}
