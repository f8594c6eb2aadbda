// For the tests of this package; not part of what is published.
import { createRequire } from 'node:module'

interface Problem {
  readonly property: string
  readonly message: string
}

type Handler = (event: object) => Promise<{ readonly results: readonly Problem[] }>

/** Zapier's own structural validation, as its command line runs it, without a network. */
export async function structuralProblems(app: object): Promise<string[]> {
  const require = createRequire(import.meta.url)
  const createHandler = require('zapier-platform-core/src/tools/create-lambda-handler') as (
    app: object,
  ) => Handler
  const { results } = await createHandler(app)({
    command: 'validate',
    calledFromCli: true,
    doNotMonkeyPatchPromises: true,
  })
  return results.map(({ property, message }) => `${property}: ${message}`)
}
