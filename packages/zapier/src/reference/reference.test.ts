import { join } from 'node:path'
import { expect, test } from 'vitest'
import app from '../index.ts'
import { fieldsPage } from './fields-page.ts'
import { formPicture } from './form-picture.ts'

const docs = join(import.meta.dirname, '../../../../docs')

// Written anew by `npx pnpm@12 test packages/zapier -u`.
test('the page of fields is what the app defines', async () => {
  await expect(fieldsPage(app)).toMatchFileSnapshot(join(docs, 'zapier-fields.md'))
})

test.each([
  ['zapier-connection', 'Connect Movoice', app.authentication?.fields],
  ['zapier-place-call', 'Place Call', app.creates.place_call?.operation.inputFields],
  ['zapier-call-completed', 'Call Completed', app.triggers.call_completed?.operation.inputFields],
])('the picture %s is what the app defines', async (name, title, fields) => {
  await expect(formPicture(title, fields)).toMatchFileSnapshot(join(docs, 'images', `${name}.svg`))
})
