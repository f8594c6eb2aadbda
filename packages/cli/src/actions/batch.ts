import { existsSync } from 'node:fs'
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
import { Journal, type Purpose, type Row } from '../batch/journal.ts'
import { type Person, readPeople } from '../batch/people-file.ts'
import { Progress } from '../batch/progress.ts'
import { checkResultsFile, resultColumns, resultOf, writeResults } from '../batch/results.ts'
import { Runner } from '../batch/runner.ts'
import { badRows, callsOf, paceOf, peopleOf, spreadOf } from '../batch/words.ts'
import { confirmed, type Format } from '../commands/options.ts'
import { notesOf } from '../notes.ts'
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
  const given = [...columns, ...Object.keys(flags.var ?? {})]
  const journalPath = flags.journal ?? `${file}.journal`
  if (flags.out !== undefined) checkResultsFile(flags.out)
  if (flags.dryRun === true) {
    await rehearse(io, flags, { people, plan, given, journalPath, inputOf })
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
  await checkAgent(movoice, flags.agent, given, io.signal)
  const journal = Journal.open(journalPath, { agent: flags.agent, baseUrl })
  try {
    journal.take(people)
    const todo = todoOf(journal, flags)
    if (todo.waiting.length > 0) {
      const before = journal.rows().length - todo.waiting.length
      const again = before === 0 ? '' : `, ${before} done before`
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

/** What `--dry-run` does: all that can be known without calling anybody. */
async function rehearse(
  io: CommandIo,
  flags: BatchFlags,
  {
    people,
    plan,
    given,
    journalPath,
    inputOf,
  }: {
    readonly people: readonly Person[]
    readonly plan: Plan
    readonly given: readonly string[]
    readonly journalPath: string
    readonly inputOf: (person: Person) => CreateCallInput
  },
): Promise<void> {
  const note = notesOf(io, flags)
  const { apiKey, baseUrl = DEFAULT_BASE_URL } = readMovoiceSettings(io.env)
  if (apiKey === undefined) note('The agent was not looked at: MOVOICE_API_KEY is not set.')
  else await checkAgent(new Movoice({ apiKey, baseUrl, clock: io.clock }), flags.agent, given, io.signal)
  const done = existsSync(journalPath) ? donePhones(journalPath, { agent: flags.agent, baseUrl }) : new Set()
  const waiting = people.filter(({ phone }) => !done.has(phone))
  const before = people.length - waiting.length
  note(
    `${spreadOf(waiting)}${before === 0 ? '' : `, ${before} done before`}; ${paceOf(waiting.length, plan)}.`,
  )
  const [first] = waiting
  note(`Nobody was called: this was a dry run.${first === undefined ? '' : ' The first request would be:'}`)
  if (first !== undefined) io.stdout.write(`${JSON.stringify(inputOf(first), null, 2)}\n`)
}

/** Whom a run with this journal would not call. */
function donePhones(path: string, purpose: Purpose): ReadonlySet<string> {
  const journal = Journal.open(path, purpose)
  try {
    return new Set(journal.rows().flatMap(({ phone, state }) => (state === 'waiting' ? [] : [phone])))
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
  const { out } = flags
  const unwritten =
    out === undefined
      ? undefined
      : await writeResults(out, rows, columns).then(
          () => note(`Results: ${out}`),
          (error: unknown) => ({ error }),
        )
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
  // What became of people is said before what became of a file.
  if (unknown === 0 && ended !== undefined) throw ended.error
  if (unknown === 0 && unwritten !== undefined) throw unwritten.error
  if (unknown === 0) return
  for (const failed of [unwritten, ended])
    if (failed !== undefined) io.stderr.write(`${toldOf(failed.error)}\n`)
  throw new CommandError(
    `It is not known of ${peopleOf(unknown)} in ${file} whether they were called: their phones may have rung.`,
    {
      hint: 'The same command looks for them again; with --retry-unknown it calls those who are nowhere in the list of calls 5 minutes later.',
      exitCode: exitCodes.unknown,
    },
  )
}

/** A fault of ours is worth its stack. */
function toldOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return describeFailure(error)?.line ?? stack
}

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
