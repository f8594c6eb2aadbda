import type { ServerResponse } from 'node:http'
import type { CustomRoute } from '@slack/bolt'
import type { Database } from '../store/database.ts'

/** Whether the process lives, and whether it can serve. */
export function healthRoutes({ db }: Database): CustomRoute[] {
  const answer = (response: ServerResponse, status: number, body: object): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
  return [
    {
      path: '/livez',
      method: 'GET',
      handler: (_request, response) => answer(response, 200, { status: 'ok' }),
    },
    {
      path: '/readyz',
      method: 'GET',
      handler: (_request, response) => {
        db.selectFrom('seen')
          .select('claim')
          .limit(1)
          .execute()
          .then(
            () => answer(response, 200, { status: 'ok' }),
            () => answer(response, 503, { status: 'the database does not answer' }),
          )
      },
    },
  ]
}
