import type { Log } from './log.ts'
import type { Observer } from './observer.ts'

/** Writes down what operators ask about: deliveries that failed, and what a sweep found. */
export function logObserver(log: Log): Observer {
  return {
    attempt: ({ job, verdict, status, startedAt, endedAt }) => {
      const fields = {
        delivery: job.id,
        hook: job.subscription_id,
        attempt: job.attempts + 1,
        status,
        ms: Math.round(endedAt - startedAt),
      }
      if (verdict.kind === 'delivered') log.debug(fields, 'delivered')
      else if (verdict.kind === 'gone') log.info(fields, 'an endpoint answered 410: its subscription ends')
      else log.warn({ ...fields, error: verdict.error }, 'a delivery was not taken')
    },
    webhook: ({ account, result, event, startedAt, endedAt }) => {
      const fields = { account, result, event: event?.id, ms: Math.round(endedAt - startedAt) }
      log.debug(fields, 'a webhook came in')
    },
    sweep: ({ account, found }) => {
      if (found > 0) log.info({ account, found }, 'a sweep found events that no webhook told of')
      else log.debug({ account }, 'a sweep found nothing new')
    },
  }
}
