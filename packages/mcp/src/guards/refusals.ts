import { numberKind } from '@movoice-kit/core/callee'
import type { AllowList } from './allow-list.ts'
import type { DialLog } from './dial-log.ts'

export interface Refusal {
  readonly code: 'not_allowed' | 'premium_number' | 'emergency_number' | 'dial_limit' | 'duplicate_recipient'
  readonly message: string
  readonly hint: string
}

/**
 * Why these phones may not be called from here, whoever confirms it; `undefined` if they may. Fraud by dialling dear
 * numbers is what a talked-into assistant is most often used for, so those are refused before anyone is asked.
 *
 * @example
 * refusal(['+19005550100'], undefined, dials)?.code // 'premium_number'
 */
export function refusal(
  phones: readonly string[],
  allow: AllowList | undefined,
  dials: DialLog,
): Refusal | undefined {
  const seen = new Set<string>()
  for (const [row, phone] of phones.entries()) {
    const which = phones.length === 1 ? 'This number' : `The number of recipient ${row + 1}`
    if (allow?.permits(phone) === false) {
      return {
        code: 'not_allowed',
        message: `${which} is not on the list of numbers that this server may call.`,
        hint: 'Whoever runs the server can add it with --allow or MOVOICE_MCP_ALLOW; the assistant cannot.',
      }
    }
    const kind = numberKind(phone)
    if (kind !== 'ordinary') {
      return {
        code: kind === 'premium' ? 'premium_number' : 'emergency_number',
        message: `${which} is ${kind === 'premium' ? 'a premium-rate or satellite number' : 'an emergency number'}, which this server never dials.`,
        hint: 'Ask the user for another number.',
      }
    }
    if (seen.has(phone)) {
      return {
        code: 'duplicate_recipient',
        message: `${which} is in the batch twice: that person would be rung twice.`,
        hint: 'Name each number once.',
      }
    }
    seen.add(phone)
  }
  if (phones.length > dials.left) {
    return {
      code: 'dial_limit',
      message: `This server may ring ${dials.limit} phones in 24 hours, and ${dials.left} of them are left; this would ring ${phones.length}.`,
      hint: 'Wait, or whoever runs the server can raise it with --limit.',
    }
  }
  return undefined
}
