import type { Text } from '../words.ts'

/** Many calls at once. */
export const batches = {
  'batch.title': 'Call many people',
  'batch.file': 'CSV file',
  'batch.file_hint': 'A header with “phone”; every other column is a variable',
  'batch.concurrency': 'Calls at the same time',
  'batch.preview': 'Preview',
  'batch.reading': 'Reading the file …',
  'batch.ready': {
    one: '*{count}* call with *{agent}*',
    other: '*{count}* calls with *{agent}*',
  },
  'batch.rejected': {
    one: ':warning: *{count}* row is left out:',
    other: ':warning: *{count}* rows are left out:',
  },
  'batch.row': 'Row {row}: {reason}',
  'batch.rejected_csv': 'Rows left out, as CSV',
  'batch.asking': {
    one: ':grey_question: *{count}* row needs a second look:',
    other: ':grey_question: *{count}* rows need a second look:',
  },
  'batch.asking_label': 'Second look',
  'batch.asking_yes': {
    one: 'I have looked: call this one too',
    other: 'I have looked: call these {count} too',
  },
  'batch.asking_off': 'They are left out. An admin can allow them in batches under `{umbrella} settings`.',
  'batch.changed':
    ':warning: *Something has changed since the preview.* Nobody was called. This is how it stands now:',
  'batch.place_all': 'Place the batch',
  'batch.found': '*{found} of {count}* of its calls were found in Movoice so far.',
  'batch.not_found': 'None of its calls was found in Movoice so far. They are looked for twice a minute.',
  'batch.told':
    '{user}, the batch is done: {completed} of {count} completed, {failed} not reached. The results are behind the card’s button.',
  'row.no_country': 'no country code',
  'row.short_number': 'an emergency or service number',
  'row.unreadable': 'the number cannot be read',
  'row.quiet_hours': 'outside the calling hours there',
  'row.do_not_call': 'on your do-not-call list',
  'row.premium': 'a premium or satellite number',
  'row.recent': 'called less than a minute ago',
  'row.unknown_zone': 'the time there is not certain',
  'row.doubtful': 'in no range known to be in use',
  'batch.more_rows': '… and {count} more',
  'batch.sample': 'First: {list}',
  'batch.place': 'Call {count}',
  'batch.none': 'No row can be called.',
  'batch.too_large': 'The file is larger than 5 MB or {limit} rows. Split it.',
  'batch.no_phone': 'The file has no column “phone”. Its columns are: `{columns}`.',
  'batch.not_csv': 'The file is not CSV in UTF-8: `{reason}`',
  'batch.unreadable': 'The file could not be read from Slack. Try again.',
  'batch.duplicate': 'the same number as row {row}',
  'batch.sent': ':outbox_tray: *Batch of {count}* with *{agent}*, asked for by {user}',
  'batch.progress': '{bar} {done} of {count} done · {completed} completed · {failed} not reached',
  'batch.done': ':checkered_flag: *Batch of {count} is done:* {completed} completed, {failed} not reached',
  'batch.results': 'Results as CSV',
  'batch.failed': ':x: *The batch was not placed.*',
  'batch.unknown':
    ':warning: *The batch may have been placed.* It was not sent a second time. Look in Movoice before you send it again.',
} as const satisfies Readonly<Record<string, Text>>
