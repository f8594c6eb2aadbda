import { parsePhoneNumber } from 'libphonenumber-js/max'

/** Types of number that cost the caller extra, or ring nobody. Source: libphonenumber's metadata. */
const DEAR: ReadonlySet<string> = new Set(['PREMIUM_RATE', 'SHARED_COST', 'PERSONAL_NUMBER', 'PAGER'])
// Satellite networks and the international services: their minute costs a hundred others (ITU-T E.164 assignments).
const GLOBAL_SERVICES = /^\+(870|878|881|882|883|888|979|808)/
// Short numbers that answer with a country code in front in some networks (ITU-T E.161, E.164 supplement).
const EMERGENCY = /^\+\d{1,3}(0?(112|911|999|000|110|119|100|101|102|108))$/
// Europe's help lines: missing children, the doctor on call, emotional support (Decision 2007/116/EC).
const HELP_LINE = /^\+[34]\d{1,2}116\d{3}$/

/** What a number costs or reaches that nobody should be called at by accident. */
export type NumberKind = 'ordinary' | 'premium' | 'emergency'

/**
 * Whether a number may be dialled by a machine at all.
 *
 * @example
 * numberKind('+19005550100') // 'premium'
 */
export function numberKind(e164: string): NumberKind {
  if (EMERGENCY.test(e164) || HELP_LINE.test(e164)) return 'emergency'
  if (GLOBAL_SERVICES.test(e164)) return 'premium'
  const type = parsePhoneNumber(e164).getType()
  return type !== undefined && DEAR.has(type) ? 'premium' : 'ordinary'
}

/**
 * Whether a number is in no range that its country is known to use.
 *
 * @example
 * isDoubtful('+12025550101') // false
 */
export const isDoubtful = (e164: string): boolean => !parsePhoneNumber(e164).isValid()
