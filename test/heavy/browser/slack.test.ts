// What people see in Slack, drawn in Chromium. `UPDATE_GALLERY=1 npx pnpm@12 test:browser slack` draws docs/slack anew.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Browser, openBrowser } from './chromium.ts'
import { type Scene, scenes } from './slack-scenes.ts'

interface React {
  createElement(component: unknown, props: object): unknown
}
const from = createRequire(import.meta.url)
const { createElement } = from('react') as React
const { renderToStaticMarkup } = from('react-dom/server') as {
  renderToStaticMarkup(element: unknown): string
}
const { Message } = from('slack-blocks-to-jsx') as { Message: unknown }
const style = readFileSync(join(dirname(from.resolve('slack-blocks-to-jsx')), 'style.css'), 'utf8')

// A host that exists in the browser alone: what is asked of it, this file answers.
const ORIGIN = 'http://gallery.test'
/** Fonts come with the tests, so that pictures have emoji and Devanagari on every machine. */
const fonts = [
  '@fontsource/noto-sans-devanagari/400.css',
  '@fontsource/noto-sans-devanagari/700.css',
  '@fontsource/noto-emoji/400.css',
]
  .map((name) => {
    const path = from.resolve(name)
    return readFileSync(path, 'utf8').replace(/url\(\.\//g, `url(${ORIGIN}${dirname(path)}/`)
  })
  .join('\n')

const gallery = join(import.meta.dirname, '../../../docs/slack')
const LOGO = `data:image/svg+xml;utf8,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" width="36" height="36"><rect width="36" height="36" rx="6" fill="#1d1c4a"/><text x="18" y="25" font-size="20" fill="#fff" text-anchor="middle" font-family="sans-serif">M</text></svg>')}`

let browser: Browser
/** What the next tab shows. */
let page = ''
beforeAll(async () => {
  browser = await openBrowser({ width: 760, height: 1000 })
  await browser.context.route(`${ORIGIN}/**`, async (route) => {
    const { pathname } = new URL(route.request().url())
    // Fonts alone are read, and only those of the installed packages.
    if (/\/@fontsource\/.+\.woff2?$/.test(pathname))
      await route.fulfill({ path: pathname, contentType: 'font/woff2' })
    else await route.fulfill({ body: page, contentType: 'text/html' })
  })
})
afterAll(async () => {
  await browser[Symbol.asyncDispose]()
})

interface Element {
  readonly type: string
  readonly multiline?: boolean
  readonly initial_option?: { readonly text: object }
  readonly initial_options?: readonly object[]
  readonly placeholder?: object
}
interface Block {
  readonly type: string
  readonly element?: Element
}

/** To Slack a verbatim text is still formatted, it only finds no mentions in plain words; the renderer would draw it bare. */
const formatted = (blocks: unknown): readonly Block[] =>
  JSON.parse(JSON.stringify(blocks, (key, value) => (key === 'verbatim' ? undefined : value)))

/** The renderer draws what is chosen only where it has the options too; Slack asks the app for them. */
function drawable(blocks: unknown): readonly Block[] {
  return formatted(blocks).map((block) => {
    const { element } = block
    if (element?.type === 'external_select')
      return {
        ...block,
        element: { ...shownChoice(element), type: 'static_select', options: chosen(element) },
      }
    if (element?.type === 'static_select') return { ...block, element: shownChoice(element) }
    if (element?.type === 'multi_external_select')
      return { ...block, element: { ...element, type: 'multi_static_select', options: chosen(element) } }
    return block
  })
}

/** Nor does it show which one is chosen: it stands in the place of the hint. */
const shownChoice = (element: Element): Element =>
  element.initial_option === undefined ? element : { ...element, placeholder: element.initial_option.text }

const chosen = ({ initial_option, initial_options = [] }: Element): object[] => [
  ...(initial_option === undefined ? [] : [initial_option]),
  ...initial_options,
]

/** The renderer draws every text field as a tall one: those of one line, by their place among all. */
const oneLined = (blocks: readonly Block[]): number[] =>
  blocks
    .filter(({ element }) => /_text_input$/.test(element?.type ?? '') && element?.type !== 'url_text_input')
    .flatMap(({ element }, index) => (element?.multiline === true ? [] : [index]))

function html({ shown }: Scene): string {
  const body = renderToStaticMarkup(
    createElement(Message, {
      blocks: drawable(shown.blocks),
      name: 'Movoice',
      logo: LOGO,
      time: new Date('2026-01-15T17:00:00Z'),
      theme: 'light',
      data: { users: [{ id: 'U1', name: 'alice' }], channels: [{ id: 'C1', name: 'sales' }] },
      hooks: {},
    }),
  )
  const isModal = shown.type === 'modal'
  const kind = isModal ? 'modal' : shown.type === 'home' ? 'home' : 'message'
  const safe = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;')
  const head = isModal
    ? `<header><b>${safe(shown.title?.text ?? '')}</b><span>✕</span></header>`
    : kind === 'home'
      ? '<header><b>Movoice</b><span>Home · Messages · About</span></header>'
      : ''
  const foot = isModal
    ? `<footer>${shown.close === undefined ? '' : `<button>${safe(shown.close.text)}</button>`}${shown.submit === undefined ? '' : `<button class="submit">${safe(shown.submit.text)}</button>`}</footer>`
    : ''
  return `<!doctype html><meta charset="utf-8"><style>${style}
    #frame * { font-family: "Liberation Sans", Arial, "Noto Sans Devanagari", "Noto Emoji", sans-serif !important }
    #frame code, #frame pre, #frame pre * { font-family: "Liberation Mono", monospace, "Noto Sans Devanagari", "Noto Emoji" !important }
    body { margin: 0; padding: 16px; background: #f4f4f6; font-family: "Liberation Sans", Arial, "Noto Sans Devanagari", "Noto Emoji", sans-serif }
    #frame { width: 680px; background: #fff; border: 1px solid #ddd; border-radius: 10px; overflow: hidden }
    #frame.modal { width: 520px } #body { padding: 12px 16px }
    header, footer { display: flex; justify-content: space-between; padding: 14px 20px; border-bottom: 1px solid #ddd; font-size: 18px }
    footer { border-top: 1px solid #ddd; border-bottom: 0; justify-content: flex-end; gap: 10px }
    footer button { font-size: 15px; font-weight: 700; padding: 8px 14px; border: 1px solid #bbb; border-radius: 6px; background: #fff }
    footer .submit { background: #007a5a; border-color: #007a5a; color: #fff }
    #frame .slack_blocks_to_jsx__input .text-small > p { display: none }
    .modal section > .shrink-0, .home section > .shrink-0, .modal .slack_blocks_to_jsx--header, .home .slack_blocks_to_jsx--header { display: none !important }
    ${fonts}
  </style><div id="frame" class="${kind}"></div><template>${head}<div id="body">${body}</div>${foot}</template>`
}

test.each(scenes)('$name', async (scene) => {
  const tab = await browser.context.newPage()
  try {
    page = html(scene)
    await tab.goto(`${ORIGIN}/`)
    const frame = tab.locator('#frame')
    // Chromium keeps the boxes that it drew for letters whose font was not there yet: so fonts first, then texts.
    await tab.evaluate('Promise.all([...document.fonts].map((font) => font.load()))')
    await frame.evaluate(
      (element, lines) => {
        element.append(element.ownerDocument.querySelector('template')?.content ?? '')
        const fields = element.querySelectorAll('textarea')
        for (const index of lines) fields[index]?.setAttribute('style', 'height: 38px; min-height: 0')
      },
      oneLined(scene.shown.blocks as readonly Block[]),
    )
    const text = ((await frame.textContent()) ?? '').replace(/\s+/g, ' ')
    expect(text.length).toBeGreaterThan(20)
    // Nothing was left to fill in, and nothing hangs over the side.
    expect(text).not.toMatch(/(?<!\{)\{\w+\}(?!\})|undefined|\[object/)
    expect(await frame.evaluate((element) => element.scrollWidth - element.clientWidth)).toBeLessThanOrEqual(
      1,
    )
    const picture = await frame.screenshot()
    expect(picture.length).toBeGreaterThan(1000)
    if (process.env.UPDATE_GALLERY === '1') {
      mkdirSync(gallery, { recursive: true })
      writeFileSync(join(gallery, `${scene.name}.png`), picture)
    }
  } finally {
    await tab.close()
  }
})

test('the gallery shows every scene', () => {
  const path = join(gallery, 'README.md')
  const text = `# What the Slack app looks like\n\nEvery message, form and page, drawn from the app’s own blocks by slack-blocks-to-jsx in Chromium; Slack draws them a little\notherwise. People and numbers do not exist. Drawn anew by \`UPDATE_GALLERY=1 npx pnpm@12 test:browser slack\`.\n\n${scenes.map(({ name, title }) => `## ${title}\n\n![${title}](${name}.png)\n`).join('\n')}`
  if (process.env.UPDATE_GALLERY === '1') writeFileSync(path, text)
  expect(readFileSync(path, 'utf8')).toBe(text)
})
