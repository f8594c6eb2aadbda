import type { Text } from '../words.ts'

/** Failures: cause and next step; a reference follows. */
export const failures = {
  'fail.InvalidRequestError':
    'Movoice did not accept the request: {message}. Nothing was placed. Correct it and try again.',
  'fail.ValidationError':
    'Something in the request is not valid: {message}. Nothing was placed. Correct it and try again.',
  'fail.UnauthorizedError':
    'Movoice does not accept the API key of this workspace. Nothing was placed. An admin can set a new one.',
  'fail.ForbiddenError':
    'The API key of this workspace may not do this. Nothing was placed. An admin can use another key.',
  'fail.NotFoundError': 'Movoice knows nothing by that id. Check it.',
  'fail.ConflictError': 'Movoice says that this call was placed already. No second one was placed.',
  'fail.UnprocessableError': 'Movoice could not do it: {message}. Nothing was placed. Is the agent active?',
  'fail.RateLimitedError':
    'Movoice takes no more calls for the moment. Nothing was placed. Try again in {seconds} s.',
  'fail.ServerError': 'Movoice had a fault. Try again in a few minutes.',
  'fail.ConnectionError': 'Movoice could not be reached. Nothing was placed. Try again in a few minutes.',
  'fail.TimeoutError': 'Movoice did not answer in time. Try again in a few minutes.',
  'fail.OutcomeUnknownError':
    'Movoice did not answer clearly, so the call may have been placed. It was not placed a second time.',
  'fail.UnexpectedResponseError':
    'Movoice answered something that could not be read. Try again in a few minutes.',
  'fail.no_key':
    'No Movoice API key is set for this workspace. An admin can set it under `{umbrella} settings`.',
  'fail.card':
    'The card could not be shown in {where}, so no call was placed. Invite this app to the channel and try again.',
  'fail.kill_switch': 'Calls were switched off before this one was placed. Nobody was called.',
  'fail.interrupted': 'This app was stopped before the call was placed. Nobody was called.',
  'fail.token':
    'This app’s access to your workspace ran out and could not be renewed. Ask an admin to install the app again.',
  'fail.other': 'Something went wrong here. If it stays, tell your admin the reference.',
  'fail.reference': 'Reference `{reference}`',
} as const satisfies Readonly<Record<string, Text>>
