import { openApiDocument } from '@movoice-kit/core/openapi'
import { expect, test } from 'vitest'
import { lint } from './lint.ts'

test('the document made from the contract has nothing a linter would change', async () => {
  expect(await lint(openApiDocument())).toEqual([])
})
