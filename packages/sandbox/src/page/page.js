// The sandbox's page: reads /_sandbox/state when the stream says that something changed, and shows it.
const find = (selector, root = document) => root.querySelector(selector)
const KEY = 'Bearer sk_sandbox_page'

/** An element with text and children; nothing is ever parsed as HTML. */
function make(tag, { text, ...properties } = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties)
  if (text !== undefined) element.textContent = text
  element.append(...children)
  return element
}

async function ask(method, path, body) {
  const response = await fetch(path, {
    method,
    headers: {
      ...(path.startsWith('/v1/') && { authorization: KEY }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  let json
  try {
    json = JSON.parse(text)
  } catch {
    // Some scenarios answer with something else on purpose; the text is shown as it is.
  }
  return { status: response.status, json, text, retryAfter: response.headers.get('retry-after') }
}

// --- the clock, which goes on between two readings of the state

const clock = { now: Date.now(), speed: 0, readAt: performance.now() }
const clockTime = () => clock.now + (performance.now() - clock.readAt) * clock.speed
const day = (ms) => new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
const hour = (seconds) => new Date(seconds * 1000).toISOString().slice(11, 19)

function tick() {
  find('#now').textContent = day(clockTime())
}
setInterval(tick, 250)

// --- calls

const rows = new Map()

function showCalls(calls, total) {
  find('#none').hidden = calls.length > 0
  find('#count').textContent =
    total > calls.length ? `the last ${calls.length} of ${total}` : total > 0 ? String(total) : ''
  const list = find('#calls')
  const wanted = new Set(calls.map(({ call_id }) => call_id))
  for (const [id, row] of rows) {
    if (wanted.has(id)) continue
    row.element.remove()
    rows.delete(id)
  }
  let after = null
  for (const call of calls) {
    const row = rows.get(call.call_id) ?? addRow(call)
    const place = after === null ? list.firstElementChild : after.nextElementSibling
    if (place !== row.element) list.insertBefore(row.element, place)
    after = row.element
    updateRow(row, call)
  }
}

function addRow(call) {
  const element = find('#call-row').content.firstElementChild.cloneNode(true)
  const row = { element, details: find('details', element), seen: '' }
  row.details.addEventListener('toggle', () => {
    if (row.details.open) void showDetail(call.call_id, row)
  })
  rows.set(call.call_id, row)
  return row
}

const WORDS = { initiated: 'ringing', active: 'talking', scheduled: 'waiting' }

function updateRow(row, call) {
  const status = find('.status', row.element)
  status.className = `status ${call.status}`
  status.textContent = WORDS[call.status] ?? call.status
  find('.phone', row.element).textContent = call.recipient_phone
  find('.result', row.element).textContent = call.outcome ?? call.reason ?? ''
  find('.meta', row.element).textContent =
    `${hour(call.created_at)}${call.duration ? ` · ${call.duration} s` : ''}`
  if (row.details.open) void showDetail(call.call_id, row)
}

async function showDetail(id, row) {
  const { status, json } = await ask('GET', `/_sandbox/calls/${encodeURIComponent(id)}`)
  if (status !== 200) return
  const text = JSON.stringify(json)
  if (text === row.seen) return
  row.seen = text
  const { call, scenario, deliveries } = json
  const detail = find('.detail', row.element)
  const focused = detail.contains(document.activeElement)
    ? document.activeElement.dataset.delivery
    : undefined
  detail.replaceChildren(
    make('h3', { text: 'Story' }),
    story(call, scenario),
    ...(call.transcript ? [make('h3', { text: 'What was said' }), turns(call.transcript)] : []),
    make('h3', { text: 'Webhooks' }),
    hooks(deliveries),
    facts(call),
  )
  if (focused !== undefined) find(`[data-delivery="${CSS.escape(focused)}"]`, detail)?.focus()
}

function story(call, scenario) {
  const list = make('dl', { className: 'story' })
  const line = (time, text) =>
    list.append(make('dt', { text: time === null ? '' : hour(time) }), make('dd', { text }))
  line(call.created_at, `placed by ${call.agent_id}${scenario ? `; the number says: ${scenario.says}` : ''}`)
  if (call.status === 'scheduled') line(call.schedule_at, 'waits for its time or for a free line')
  if (call.started_at !== null) line(call.started_at, 'answered')
  if (call.ended_at !== null) {
    const how = call.status === 'failed' ? `failed: ${call.reason}` : `completed after ${call.duration} s`
    line(
      call.ended_at,
      `${how}${call.outcome ? `, ${call.outcome}` : ''}${call.sentiment ? `, ${call.sentiment}` : ''}`,
    )
  }
  if (call.summary !== null) line(null, call.summary)
  return list
}

function turns(transcript) {
  return make(
    'div',
    { className: 'turns' },
    ...transcript.map(({ role, text, time }) =>
      make(
        'p',
        { className: role },
        make('span', { className: 'who', text: `${role === 'user' ? 'person' : role} · ${time} s ` }),
        text,
      ),
    ),
  )
}

function hooks(deliveries) {
  if (deliveries.length === 0) return make('p', { className: 'empty', text: 'None was sent.' })
  return make(
    'ol',
    { className: 'hooks' },
    ...deliveries.map((delivery) => {
      const again = make('button', { type: 'button', className: 'resend', text: 'Send again' })
      again.dataset.delivery = delivery.id
      again.setAttribute('aria-label', `Send ${delivery.event_type} again`)
      again.addEventListener('click', () => void ask('POST', `/_sandbox/deliveries/${delivery.id}/redeliver`))
      const tone = { delivered: 'good', failed: 'bad', dropped: 'bad' }[delivery.status] ?? ''
      const attempts = delivery.attempts.map(
        ({ at, result, fault }) => `${at.slice(11, 19)} → ${result}${fault ? ` (${fault})` : ''}`,
      )
      if (delivery.next_attempt_at !== null && delivery.attempts.length > 0)
        attempts.push(`next at ${delivery.next_attempt_at.slice(11, 19)}`)
      return make(
        'li',
        { className: 'delivery' },
        again,
        make('strong', { text: delivery.event_type }),
        ' ',
        make('span', { className: tone, text: delivery.status }),
        make('div', { className: 'attempts', text: attempts.join(', ') }),
        make('pre', { text: JSON.stringify(JSON.parse(delivery.body), null, 2) }),
      )
    }),
  )
}

function facts(call) {
  const summary = make('summary', { text: 'As the API gives it' })
  return make('details', {}, summary, make('pre', { text: JSON.stringify(call, null, 2) }))
}

// --- everything else

let known = ''

function showState(state) {
  Object.assign(clock, { now: state.now, speed: state.speed, readAt: performance.now() })
  tick()
  const speed = find('#speed')
  if (![...speed.options].some(({ value }) => value === String(state.speed)))
    speed.append(make('option', { value: String(state.speed), text: `${state.speed} × real time` }))
  if (document.activeElement !== speed) speed.value = String(state.speed)
  find('#pace').textContent = state.speed === 0 ? 'Time stands still: move it below.' : ''
  const { plan } = state
  const lines =
    plan.concurrentCalls === null ? `${state.busy} busy` : `${state.busy} of ${plan.concurrentCalls} busy`
  find('#facts').replaceChildren(
    ...[
      [
        'Plan',
        plan.callsPerMinute === null ? plan.name : `${plan.name}, ${plan.callsPerMinute} calls a minute`,
      ],
      ['Lines', lines],
      ['Seed', String(state.seed)],
      ['Webhooks', state.webhook === null ? 'no URL is set' : state.webhook.url],
      ...(state.faults.length > 0
        ? [['Faults', state.faults.map(({ kind, left }) => `${kind} × ${left}`).join(', ')]]
        : []),
    ].flatMap(([name, value]) => [make('dt', { text: name }), make('dd', { text: value })]),
  )
  showCalls(state.calls, state.total)
  const choices = JSON.stringify([state.agents, state.scenarios])
  if (choices !== known) {
    known = choices
    showChoices(state)
  }
}

function showChoices({ agents, scenarios }) {
  const agent = find('#agent')
  const chosen = agent.value
  agent.replaceChildren(
    ...agents.map(({ agent_id, name, status }) =>
      make('option', { value: agent_id, text: `${name}${status === 'inactive' ? ' · inactive' : ''}` }),
    ),
  )
  if (chosen !== '') agent.value = chosen
  find('#scenario').replaceChildren(
    ...scenarios.map(({ number, says }) =>
      make('option', { value: number, text: `${number.slice(-2)} · ${says}` }),
    ),
    make('option', { value: '', text: 'another number: drawn from the seed' }),
  )
  find('#scenario').value = find('#phone').value
  find('#scenarios').replaceChildren(
    ...scenarios.map(({ number, says }) => {
      const button = make('button', { type: 'button', className: 'number', text: number })
      button.setAttribute('aria-label', `Use ${number} in the form: ${says}`)
      button.addEventListener('click', () => {
        find('#phone').value = number
        find('#scenario').value = number
        find('#phone').focus()
      })
      return make('tr', {}, make('td', {}, button), make('td', { text: says }))
    }),
  )
}

let reading = false
let again = false

/** One reading at a time; what changes meanwhile is read right after. */
async function read() {
  if (reading) {
    again = true
    return
  }
  reading = true
  try {
    do {
      again = false
      const { status, json } = await ask('GET', '/_sandbox/state')
      if (status === 200) showState(json)
    } while (again)
  } catch {
    find('#connection').textContent = 'The sandbox does not answer. Is it still running?'
  } finally {
    reading = false
  }
}

const stream = new EventSource('/_sandbox/events')
stream.addEventListener('message', () => void read())
stream.addEventListener('open', () => {
  find('#connection').textContent = ''
})
stream.addEventListener('error', () => {
  find('#connection').textContent = 'The sandbox does not answer. Is it still running?'
})

find('#base').textContent = `${location.origin}/v1`
find('#scenario').addEventListener('change', ({ target }) => {
  if (target.value !== '') find('#phone').value = target.value
  else find('#phone').select()
})
find('#phone').addEventListener('input', ({ target }) => {
  const scenario = find('#scenario')
  scenario.value = target.value.trim()
  if (scenario.selectedIndex < 0) scenario.value = ''
})
find('#place').addEventListener('submit', async (event) => {
  event.preventDefault()
  const answer = find('#answer')
  const name = find('#name').value.trim()
  answer.className = ''
  answer.textContent = 'Calling…'
  try {
    const { status, json, text, retryAfter } = await ask('POST', '/v1/call', {
      agent_id: find('#agent').value,
      recipient_phone: find('#phone').value.trim(),
      ...(name !== '' && { variables: { name } }),
    })
    const placed = status === 200 && json !== undefined
    answer.className = placed ? 'good' : 'bad'
    answer.textContent = placed
      ? `${json.call_id} ${json.status}`
      : `${status}: ${json?.error?.message ?? text.slice(0, 120)}${retryAfter ? ` Try again in ${retryAfter} s.` : ''}`
  } catch {
    answer.className = 'bad'
    answer.textContent = 'The connection was cut. The call may have been placed: look at the list.'
  }
})
for (const button of document.querySelectorAll('[data-advance]')) {
  button.addEventListener('click', async () => {
    button.disabled = true
    await ask('POST', '/_sandbox/advance', { seconds: Number(button.dataset.advance) })
    button.disabled = false
    button.focus()
  })
}
find('#speed').addEventListener(
  'change',
  ({ target }) => void ask('POST', '/_sandbox/clock', { speed: Number(target.value) }),
)
find('#reset').addEventListener('click', () => void ask('POST', '/_sandbox/reset'))
void read()
