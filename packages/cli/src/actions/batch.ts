import { readFile } from 'node:fs/promises'
import { CallEventFeed, type CreateCallInput, Movoice, readPhone, systemClock } from '@movoice-kit/core'
import {
  CommandError,
  type CommandIo,
  ConfigurationError,
  describeFailure,
  exitCodes,
  readMovoiceSettings,
} from '@movoice-kit/core/command'
import { DEFAULT_BASE_URL, type Plan, plans, readPlan } from '@movoice-kit/core/contract'
import { checkAgent } from '../batch/check-agent.ts'
import { Journal, type Row } from '../batch/journal.ts'
import { type BadRow, type Person, readPeople } from '../batch/people-file.ts'
import { Progress, spoken } from '../batch/progress.ts'
import { resultColumns, resultOf, writeResults } from '../batch/results.ts'
import { Runner } from '../batch/runner.ts'
import { confirmed, type Format, notesOf } from '../commands/options.ts'
import { printRecords } from '../output.ts'

export interface BatchFlags {
  readonly agent: string
  readonly var?: Record<string, string>
  readonly require: readonly string[]
  readonly country?: string
  readonly fromNumber?: string
  readonly maxDuration?: number
  readonly plan?: string
  readonly wait?: boolean
  readonly timeout: number
  readonly skipInvalid?: boolean
  readonly retryUnknown?: boolean
  readonly journal?: string
  readonly out?: string
  readonly dryRun?: boolean
  readonly yes?: boolean
  readonly quiet?: boolean
  readonly output: Format
}

/** What `movoice batch` does. */
export async function batch(io: CommandIo, file: string, flags: BatchFlags): Promise<void> {
  const note = notesOf(io, flags)
  const { country, require: required, skipInvalid = false } = flags
  const { columns, people, bad } = readPeople(await bytesOf(file), { country, required })
  for (const { line, reason } of bad) io.stderr.write(`line ${line}: ${reason}\n`)
  if (bad.length > 0 && !skipInvalid) throw badRows(file, people, bad)
  if (people.length === 0) throw badRows(file, people, bad)
  const from = flags.fromNumber === undefined ? undefined : numberOf(flags.fromNumber, country)
  const inputOf = ({ phone, variables }: Pick<Row, 'phone' | 'variables'>): CreateCallInput => ({
    agent_id: flags.agent,
    recipient_phone: phone,
    ...((flags.var !== undefined || Object.keys(variables).length > 0) && {
      variables: { ...flags.var, ...variables },
    }),
    ...(from !== undefined && { from_number: from }),
    ...(flags.maxDuration !== undefined && { max_duration: flags.maxDuration }),
  })
  const plan = planOf(io, flags.plan)
  if (flags.dryRun === true) {
    note(`${spreadOf(people)}, ${paceOf(people.length, plan)}.`)
    note('Nothing was sent: this was a dry run. The first request would be:')
    const [first] = people
    if (first !== undefined) io.stdout.write(`${JSON.stringify(inputOf(first), null, 2)}\n`)
    return
  }
  const { apiKey, baseUrl = DEFAULT_BASE_URL } = readMovoiceSettings(io.env, 'apiKey')
  const clock = io.clock ?? systemClock
  const movoice = new Movoice({
    apiKey,
    baseUrl,
    plan,
    clock,
    userAgent: 'movoice-cli',
    // A row waits as long as those before it take; Ctrl-C ends that at any time.
    queueTimeoutMs: 7 * 24 * 3_600_000,
    ...(flags.wait === true && { events: new CallEventFeed() }),
  })
  await checkAgent(movoice, flags.agent, [...columns, ...Object.keys(flags.var ?? {})], io.signal)
  const journal = Journal.open(flags.journal ?? `${file}.journal`, { agent: flags.agent, baseUrl })
  try {
    const before = new Set(journal.rows().map(({ phone }) => phone))
    journal.add(people)
    const todo = todoOf(journal, flags)
    if (todo.waiting.length > 0) {
      const again = before.size === 0 ? '' : `, ${journal.rows().length - todo.waiting.length} done before`
      note(`${spreadOf(todo.waiting)}${again}; ${paceOf(todo.waiting.length, plan)}.`)
      const question = `Call ${peopleOf(todo.waiting.length)} with ${flags.agent}?`
      if (!(await confirmed(io, question, flags.yes))) throw new CommandError('Nothing was placed.')
    }
    if (todo.total === 0) note('All of them are done. To call them once more, give another --journal.')
    if (todo.lost.length > 0)
      note(`Looking for ${callsOf(todo.lost.length)} that may have been placed before.`)
    const ended = await go(io, { movoice, journal, inputOf, plan, flags, total: todo.total }).then(
      () => undefined,
      (error: unknown) => ({ error }),
    )
    await report(io, journal, { file, columns, flags, ended })
  } finally {
    journal.close()
  }
}

interface Todo {
  readonly waiting: readonly Row[]
  readonly lost: readonly Row[]
  readonly total: number
}

function todoOf(journal: Journal, { wait = false }: BatchFlags): Todo {
  const waiting = journal.rows('waiting')
  const lost = journal.rows('claimed', 'unknown')
  const open = wait ? journal.rows('placed').length : 0
  return { waiting, lost, total: waiting.length + lost.length + open }
}

async function go(
  io: CommandIo,
  {
    movoice,
    journal,
    inputOf,
    plan,
    flags,
    total,
  }: {
    readonly movoice: Movoice
    readonly journal: Journal
    readonly inputOf: (row: Row) => CreateCallInput
    readonly plan: Plan
    readonly flags: BatchFlags
    readonly total: number
  },
): Promise<void> {
  const { wait = false, quiet = false, retryUnknown = false, timeout } = flags
  const clock = io.clock ?? systemClock
  const progress = new Progress(io, { clock, quiet, total })
  const stopping = () => progress.note('Stopping: calls that are being placed are finished first.')
  io.signal.addEventListener('abort', stopping, { once: true })
  const runner = new Runner({
    movoice,
    journal,
    clock,
    signal: io.signal,
    inputOf,
    lanes: Math.min(plan.concurrentCalls ?? 10, 50),
    wait,
    waitMs: timeout * 1000,
    retryUnknown,
    onChange: (row, what) => progress.tell(row, what, !(wait && /^(placed|found)/.test(what))),
  })
  const running = runner.run()
  await progress.run(running)
  try {
    await running
  } finally {
    io.signal.removeEventListener('abort', stopping)
  }
}

/** The results so far, however the run ended: they are all that its user has of it. */
async function report(
  io: CommandIo,
  journal: Journal,
  {
    file,
    columns,
    flags,
    ended,
  }: {
    readonly file: string
    readonly columns: readonly string[]
    readonly flags: BatchFlags
    readonly ended: { readonly error: unknown } | undefined
  },
): Promise<void> {
  const rows = journal.rows()
  const note = notesOf(io, flags)
  if (flags.out !== undefined) {
    await writeResults(flags.out, rows, columns)
    note(`Results: ${flags.out}`)
  }
  if (flags.output !== 'table') await printRecords(io, flags.output, rows, resultColumns(columns), '')
  else if (flags.quiet !== true) {
    const counts = new Map<string, number>()
    for (const row of rows) counts.set(resultOf(row), (counts.get(resultOf(row)) ?? 0) + 1)
    const sorted = [...counts].sort((a, b) => b[1] - a[1])
    await printRecords(
      io,
      'table',
      sorted,
      [
        { head: 'RESULT', of: ([kind]) => kind },
        { head: 'PEOPLE', of: ([, count]) => count },
      ],
      '',
    )
  }
  const unknown = rows.filter(({ state }) => state === 'unknown' || state === 'claimed').length
  const waiting = rows.filter(({ state }) => state === 'waiting').length
  if (waiting > 0) note(`${peopleOf(waiting)} not called yet: the same command goes on where this one ended.`)
  if (unknown === 0) {
    if (ended !== undefined) throw ended.error
    return
  }
  const why = ended === undefined ? undefined : describeFailure(ended.error)
  if (ended !== undefined && why === undefined) throw ended.error
  if (why !== undefined) io.stderr.write(`${why.line}\n`)
  throw new CommandError(
    `It is not known of ${peopleOf(unknown)} in ${file} whether they were called: their phones may have rung.`,
    {
      hint: 'The same command looks for them again; with --retry-unknown it calls those who are nowhere in the list of calls 5 minutes later.',
      exitCode: exitCodes.unknown,
    },
  )
}

function badRows(file: string, people: readonly Person[], bad: readonly BadRow[]): ConfigurationError {
  const rows = bad.length === 1 ? '1 bad row' : `${bad.length} bad rows`
  const hint =
    people.length === 0
      ? 'There is nobody to call.'
      : `Correct them, or call the ${people.length} good ones with --skip-invalid. Nothing was placed.`
  return new ConfigurationError(file, `has ${rows}`, hint)
}

/** Whom a run would call: numbers of a country that nobody meant are seen here. */
function spreadOf(rows: readonly Pick<Row, 'phone'>[]): string {
  const countries = new Map<string, number>()
  for (const { phone } of rows) {
    const reading = readPhone(phone)
    const country = (reading.ok ? reading.country : undefined) ?? 'no country'
    countries.set(country, (countries.get(country) ?? 0) + 1)
  }
  const sorted = [...countries].sort((a, b) => b[1] - a[1])
  const shown = sorted.slice(0, 5).map(([country, count]) => `${country} ${count}`)
  const more = sorted.length > 5 ? `, and ${sorted.length - 5} more countries` : ''
  return `${peopleOf(rows.length)} to call (${shown.join(', ')}${more})`
}

function paceOf(count: number, { name, callsPerMinute, concurrentCalls }: Plan): string {
  if (callsPerMinute === null) return `as fast as they are taken (plan ${name})`
  const minutes = count / callsPerMinute
  const least = minutes < 1.5 ? '' : `: ${spoken(minutes * 60_000)} at least`
  return `at most ${callsPerMinute} a minute and ${concurrentCalls ?? 'any number'} at once (plan ${name})${least}`
}

const peopleOf = (count: number): string => (count === 1 ? '1 person' : `${count} people`)
const callsOf = (count: number): string => (count === 1 ? '1 call' : `${count} calls`)

/** Without a plan, the slowest: it is within every other. */
function planOf(io: CommandIo, text: string | undefined): Plan {
  if (text === undefined) return readMovoiceSettings(io.env).plan ?? plans.starter
  const plan = readPlan(text)
  if (plan !== undefined) return plan
  throw new ConfigurationError(
    '--plan',
    'must be starter, growth, business, enterprise, or <calls a minute>x<at once> such as 120x5',
  )
}

function numberOf(text: string, country: string | undefined): string {
  const reading = readPhone(text, { defaultCountry: country })
  if (!reading.ok) throw new ConfigurationError('--from-number', reading.message)
  return reading.e164
}

async function bytesOf(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file)
  } catch (error) {
    const { code = 'unreadable' } = error as { readonly code?: string }
    throw new ConfigurationError('<file>', `cannot be read (${code}): ${file}`)
  }
}
