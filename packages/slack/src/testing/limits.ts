// Slack's limits on what it is sent, as docs.slack.dev states them: nothing on npm checks a 3,001-character section.

type Json = { readonly [key: string]: unknown }
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

const BLOCKS: Readonly<Record<string, readonly string[]>> = {
  message: ['section', 'header', 'divider', 'context', 'actions', 'image', 'rich_text', 'file', 'input'],
  modal: ['section', 'header', 'divider', 'context', 'actions', 'image', 'rich_text', 'input'],
  home: ['section', 'header', 'divider', 'context', 'actions', 'image', 'rich_text', 'input'],
}

/** Everything Slack would refuse in these blocks, each with where it is; empty if nothing. */
export function blockProblems(blocks: unknown, surface: 'message' | 'modal' | 'home'): string[] {
  const problems: string[] = []
  const say = (where: string, what: string) => problems.push(`${where}: ${what}`)
  const most = surface === 'message' ? 50 : 100
  if (!Array.isArray(blocks)) return ['blocks: is no list']
  if (blocks.length > most) say('blocks', `${blocks.length}, at most ${most}`)
  const ids = new Set<string>()
  blocks.forEach((block: unknown, index) => {
    const where = `blocks[${index}]`
    if (!isObject(block)) {
      say(where, 'is no object')
      return
    }
    const type = String(block.type)
    if (!BLOCKS[surface]?.includes(type)) say(where, `type ${type} is not for a ${surface}`)
    if (typeof block.block_id === 'string') {
      if (block.block_id.length > 255) say(`${where}.block_id`, 'more than 255')
      if (ids.has(block.block_id)) say(`${where}.block_id`, `${block.block_id} is there twice`)
      ids.add(block.block_id)
    }
    // Ids of elements are unique within their block.
    checkBlock(block, type, where, say, new Set())
  })
  return problems
}

type Say = (where: string, what: string) => void

function checkBlock(block: Json, type: string, where: string, say: Say, actionIds: Set<string>): void {
  switch (type) {
    case 'section': {
      if (block.text === undefined && list(block.fields).length === 0)
        say(where, 'has neither text nor fields')
      if (block.text !== undefined) checkText(block.text, 3000, `${where}.text`, say)
      if (list(block.fields).length > 10) say(`${where}.fields`, 'more than 10')
      list(block.fields).forEach((field, index) => {
        checkText(field, 2000, `${where}.fields[${index}]`, say)
      })
      if (isObject(block.accessory)) checkElement(block.accessory, `${where}.accessory`, say, actionIds)
      break
    }
    case 'header':
      checkText(block.text, 150, `${where}.text`, say, 'plain_text')
      break
    case 'context': {
      const elements = list(block.elements)
      if (elements.length < 1 || elements.length > 10)
        say(`${where}.elements`, `${elements.length}, must be 1 to 10`)
      elements.forEach((element, index) => {
        checkText(element, 3000, `${where}.elements[${index}]`, say)
      })
      break
    }
    case 'actions': {
      const elements = list(block.elements)
      if (elements.length < 1 || elements.length > 25)
        say(`${where}.elements`, `${elements.length}, must be 1 to 25`)
      elements.forEach((element, index) => {
        if (isObject(element)) checkElement(element, `${where}.elements[${index}]`, say, actionIds)
      })
      break
    }
    case 'input':
      checkText(block.label, 2000, `${where}.label`, say, 'plain_text')
      if (block.hint !== undefined) checkText(block.hint, 2000, `${where}.hint`, say, 'plain_text')
      if (isObject(block.element)) checkElement(block.element, `${where}.element`, say, actionIds)
      else say(where, 'has no element')
      break
    default:
  }
}

function checkElement(element: Json, where: string, say: Say, actionIds: Set<string>): void {
  const id = element.action_id
  if (typeof id === 'string') {
    if (id.length > 255) say(`${where}.action_id`, 'more than 255')
    if (actionIds.has(id)) say(`${where}.action_id`, `${id} is there twice`)
    actionIds.add(id)
  }
  if (element.placeholder !== undefined)
    checkText(element.placeholder, 150, `${where}.placeholder`, say, 'plain_text')
  const type = String(element.type)
  if (type === 'button') {
    checkText(element.text, 75, `${where}.text`, say, 'plain_text')
    if (typeof element.value === 'string' && element.value.length > 2000)
      say(`${where}.value`, 'more than 2000')
    if (typeof element.url === 'string' && element.url.length > 3000) say(`${where}.url`, 'more than 3000')
    if (element.style !== undefined && !['primary', 'danger'].includes(String(element.style)))
      say(`${where}.style`, 'is unknown')
  }
  const options = list(element.options)
  const most = type === 'checkboxes' || type === 'radio_buttons' ? 10 : type === 'overflow' ? 5 : 100
  if ('options' in element && (options.length < 1 || options.length > most))
    say(`${where}.options`, `${options.length}, must be 1 to ${most}`)
  for (const [index, one] of [
    ...options,
    ...list(element.initial_options),
    element.initial_option,
  ].entries()) {
    if (isObject(one)) checkOption(one, `${where}.options[${index}]`, say)
  }
  if (type === 'plain_text_input') {
    const max = element.max_length
    if (typeof max === 'number' && (max < 1 || max > 3000)) say(`${where}.max_length`, 'must be 1 to 3000')
    const initial = element.initial_value
    if (typeof initial === 'string' && initial.length > (typeof max === 'number' ? max : 3000))
      say(`${where}.initial_value`, 'is too long')
  }
}

/** What Slack would refuse in the answer to an `external_select`. */
export function optionProblems(options: unknown): string[] {
  const problems: string[] = []
  if (!Array.isArray(options)) return ['options: is no list']
  if (options.length > 100) problems.push(`options: ${options.length}, at most 100`)
  options.forEach((one: unknown, index) => {
    if (isObject(one))
      checkOption(one, `options[${index}]`, (where, what) => problems.push(`${where}: ${what}`))
    else problems.push(`options[${index}]: is no object`)
  })
  return problems
}

function checkOption(one: Json, where: string, say: Say): void {
  checkText(one.text, 75, `${where}.text`, say)
  if (typeof one.value !== 'string' || one.value === '') say(`${where}.value`, 'is empty')
  else if (one.value.length > 150) say(`${where}.value`, 'more than 150')
}

function checkText(text: unknown, max: number, where: string, say: Say, only?: string): void {
  if (!isObject(text) || typeof text.text !== 'string') {
    say(where, 'is no text')
    return
  }
  if (only !== undefined && text.type !== only) say(where, `must be ${only}`)
  if (text.type !== 'mrkdwn' && text.type !== 'plain_text') say(where, `type ${String(text.type)} is unknown`)
  if (text.text.length < 1) say(where, 'is empty')
  if (text.text.length > max) say(where, `${text.text.length} characters, at most ${max}`)
  if (text.type === 'mrkdwn' && text.emoji !== undefined) say(where, 'mrkdwn takes no emoji')
  // A lone half of a surrogate pair is no character, and JSON parsers differ on it.
  if (/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text.text))
    say(where, 'is cut inside a character')
  if (text.type === 'mrkdwn') {
    if (text.verbatim !== true) say(where, 'is not verbatim: @here in it would be read')
    checkMentions(text.text, where, say)
  }
}

/**
 * Nobody is called to a message by what came from outside: only these few forms are ever written by the app, and none
 * of those that tests bring in, which have "evil" in them.
 */
export function checkMentions(text: string, where: string, say: Say): void {
  for (const [found] of text.matchAll(/<[^>]*>/g)) {
    if (
      /evil/i.test(found) ||
      !/^<(@[A-Z0-9]+|#[A-Z0-9]+|!date\^\d+\^[^|]+\|[^|<>]+|https?:\/\/[^|<>\s]+(\|[^<>]+)?)>$/i.test(found)
    )
      say(where, `holds ${found}`)
  }
}

/** Everything Slack would refuse in a modal or App Home. */
export function viewProblems(view: unknown): string[] {
  if (!isObject(view)) return ['view: is no object']
  const type = view.type === 'home' ? 'home' : 'modal'
  const problems = blockProblems(view.blocks, type)
  const say: Say = (where, what) => problems.push(`${where}: ${what}`)
  if (type === 'modal') {
    checkText(view.title, 24, 'title', say, 'plain_text')
    if (view.submit !== undefined) checkText(view.submit, 24, 'submit', say, 'plain_text')
    if (view.close !== undefined) checkText(view.close, 24, 'close', say, 'plain_text')
    const inputs = list(view.blocks).some((block) => isObject(block) && block.type === 'input')
    if (inputs && view.submit === undefined) say('submit', 'is missing though there are inputs')
  }
  if (typeof view.private_metadata === 'string' && view.private_metadata.length > 3000)
    say('private_metadata', 'more than 3000')
  if (typeof view.callback_id === 'string' && view.callback_id.length > 255)
    say('callback_id', 'more than 255')
  return problems
}

/** Everything Slack would refuse in a message. */
export function messageProblems(message: { readonly text: string; readonly blocks?: unknown }): string[] {
  const problems = message.blocks === undefined ? [] : blockProblems(message.blocks, 'message')
  const say: Say = (where, what) => problems.push(`${where}: ${what}`)
  if (message.text.length === 0) problems.push('text: is empty')
  if (message.text.length > 4000) problems.push('text: more than 4000')
  checkMentions(message.text, 'text', say)
  return problems
}
