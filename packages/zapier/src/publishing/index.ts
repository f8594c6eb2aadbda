import type { AppShape, Check, Finding } from './app.ts'
import { fieldChecks } from './field-checks.ts'
import { sampleChecks } from './sample-checks.ts'
import { stepChecks } from './step-checks.ts'

/** Zapier's publishing checks that can be told from the definition alone, by id. */
export const publishingChecks: readonly Check[] = [...fieldChecks, ...stepChecks, ...sampleChecks].sort(
  (one, other) => one.id.localeCompare(other.id),
)

/**
 * Runs the publishing checks over an app's definition.
 *
 * @example
 * publishingFindings(app) // [{ id: 'D021', where: 'triggers.call.display.description', message: 'must begin …' }]
 */
export function publishingFindings(app: AppShape): Finding[] {
  return publishingChecks.flatMap(({ id, run }) => run(app).map((finding) => ({ id, ...finding })))
}

export type { AppShape, Finding } from './app.ts'
export { mismatches, missingKeys } from './sample-checks.ts'
