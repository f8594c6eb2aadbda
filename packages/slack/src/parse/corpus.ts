// Texts as people type and paste them behind /call, and what each of them means.
import type { CallProblem } from './parse-call.ts'

export interface Case {
  readonly text: string
  readonly country?: string
  /** The number that must be read; absent where nothing may be dialled. */
  readonly e164?: string
  readonly agent?: string
  readonly variables?: Readonly<Record<string, string>>
  readonly problem?: CallProblem
  readonly doubtful?: boolean
}

/** Numbers of many countries: E.164, as written abroad, as written at home, and the country of that. */
const numbers = [
  ['+12025550101', '+1 202 555 0101', '(202) 555-0101', 'US'],
  ['+14165550123', '+1 416-555-0123', '416-555-0123', 'CA'],
  ['+919876543210', '+91 98765 43210', '098765 43210', 'IN'],
  ['+442079460018', '+44 20 7946 0018', '020 7946 0018', 'GB'],
  ['+493012345678', '+49 30 12345678', '030 12345678', 'DE'],
  ['+33142685300', '+33 1 42 68 53 00', '01 42 68 53 00', 'FR'],
  ['+390612345678', '+39 06 1234 5678', '06 1234 5678', 'IT'],
  ['+5511912345678', '+55 11 91234-5678', '(11) 91234-5678', 'BR'],
  ['+61291234567', '+61 2 9123 4567', '(02) 9123 4567', 'AU'],
  ['+81312345678', '+81 3-1234-5678', '03-1234-5678', 'JP'],
  ['+971501234567', '+971 50 123 4567', '050 123 4567', 'AE'],
  ['+6591234567', '+65 9123 4567', '9123 4567', 'SG'],
] as const

const fullWidth = (text: string) =>
  text.replace(/[0-9+]/g, (char) => String.fromCodePoint((char.codePointAt(0) ?? 0) + 0xfee0))
const devanagari = (text: string) =>
  text.replace(/\d/g, (digit) => String.fromCodePoint(0x966 + Number(digit)))

const styles: readonly ((e164: string, abroad: string) => string)[] = [
  (e164) => e164,
  (_e164, abroad) => abroad,
  (e164, abroad) => `<tel:${e164}|${abroad}>`,
  (_e164, abroad) => abroad.replace(/[ -]/g, '\u00a0'),
  (_e164, abroad) => abroad.replace(/[ -]/g, '\u2011'),
  (_e164, abroad) => abroad.replace(/[ -]/g, ' – '),
  (_e164, abroad) => fullWidth(abroad),
  (_e164, abroad) => `\u202a${abroad}\u202c`,
  (e164) => e164.replace('+', '00'),
  (_e164, abroad) => `“${abroad}”`,
  (e164) => `\`${e164}\``,
  (_e164, abroad) => `*${abroad}*`,
  (_e164, abroad) => devanagari(abroad),
]

const tails: readonly Pick<Case, 'text' | 'agent' | 'variables'>[] = [
  { text: '' },
  { text: ' clinic', agent: 'clinic' },
  { text: ' agent_clinic name=Asha', agent: 'agent_clinic', variables: { name: 'Asha' } },
  { text: ' “Front desk” name=“Asha Rao”', agent: 'Front desk', variables: { name: 'Asha Rao' } },
  { text: ' note=‘call me’ amount_due=1,200', variables: { note: 'call me', amount_due: '1,200' } },
]

const spoken: Case[] = numbers.flatMap(([e164, abroad, home, country], row) => [
  ...styles.map((style, column) => {
    const tail = tails[(row + column) % tails.length] as (typeof tails)[number]
    return { ...tail, text: style(e164, abroad) + tail.text, e164 }
  }),
  { text: home, country, e164 },
  { text: `${home} clinic`, problem: 'no_country' } as const,
])

const written: Case[] = [
  // Nothing that could be a number.
  { text: 'hello', problem: 'no_number' },
  { text: 'clinic name=Asha', problem: 'no_number' },
  { text: 'name=+12025550101', problem: 'no_number' },
  { text: '<@U0123ABCD>', problem: 'mention' },
  { text: '<@U0123ABCD|asha> clinic', problem: 'mention' },
  { text: '<#C0123|general>', problem: 'mention' },
  { text: '<!channel> +12025550101', problem: 'mention' },
  { text: '+1202555O1O1', problem: 'not_a_number' },
  { text: '1-800-FLOWERS', problem: 'not_a_number' },
  { text: '+1-800-FLOWERS', problem: 'not_a_number' },
  // Emergency and service numbers.
  { text: '911', problem: 'short_number' },
  { text: '112', problem: 'short_number' },
  { text: '1 1 2', problem: 'short_number' },
  { text: '+911', problem: 'short_number' },
  { text: '１１２', problem: 'short_number' },
  { text: '<tel:911|911>', problem: 'short_number' },
  { text: '999 clinic', country: 'GB', problem: 'short_number' },
  { text: '108', country: 'IN', problem: 'short_number' },
  { text: '63-63', problem: 'short_number' },
  // A number without a country is asked about, with one it is read.
  { text: '98765 43210', problem: 'no_country' },
  { text: '9876543210', problem: 'no_country' },
  { text: '9876543210', country: 'IN', e164: '+919876543210' },
  { text: '919876543210', country: 'IN', e164: '+919876543210' },
  { text: '09876543210 clinic', country: 'IN', e164: '+919876543210', agent: 'clinic' },
  { text: '2025550101', country: 'US', e164: '+12025550101' },
  { text: '1 202 555 0101', country: 'US', e164: '+12025550101' },
  { text: '+91 98765 43210', country: 'US', e164: '+919876543210' },
  { text: '0091 98765 43210', country: 'US', e164: '+919876543210' },
  { text: '98765 43210', country: 'XX', problem: 'no_country' },
  // Wrong numbers.
  { text: '+999 1234 56789', problem: 'unknown_country' },
  { text: '+91 98765', problem: 'impossible' },
  { text: '+91 98765 43210 98', e164: '+91987654321098', doubtful: true },
  { text: '+1 202 055 0101', e164: '+12020550101', doubtful: true },
  { text: '+1 202 555 01011', problem: 'impossible' },
  { text: '+1 202 555', problem: 'impossible' },
  { text: '+12345678901234567890', problem: 'too_long' },
  { text: '++12025550101', problem: 'not_a_number' },
  // More than one.
  { text: '+12025550101 +12025550102', problem: 'several_numbers' },
  { text: '+12025550101, +12025550102', problem: 'several_numbers' },
  { text: '+12025550101 clinic +12025550102', problem: 'several_numbers' },
  { text: '<tel:+12025550101|a> <tel:+12025550102|b>', problem: 'several_numbers' },
  { text: '2025550101 2025550102', country: 'US', problem: 'too_long' },
  // A number, and digits behind it that may or may not be part of it.
  { text: '+493012345678 42', problem: 'ambiguous_number' },
  { text: '+4930123456 789', problem: 'ambiguous_number' },
  { text: '+493012345678 agent=42', e164: '+493012345678', agent: '42' },
  { text: '+493012345678 42clinic', e164: '+493012345678', agent: '42clinic' },
  // Extensions cannot be dialled.
  { text: '+12025550101 ext 5', problem: 'extension' },
  { text: '+12025550101 x5', problem: 'extension' },
  { text: '+12025550101 ext. 5 clinic', problem: 'extension' },
  { text: '+12025550101 #5', problem: 'extension' },
  // How people write.
  { text: '+ 91 98765 43210', e164: '+919876543210' },
  { text: '+91-98765-43210', e164: '+919876543210' },
  { text: '+91.98765.43210', e164: '+919876543210' },
  { text: '+91/98765/43210', e164: '+919876543210' },
  { text: '+91 (0)98765 43210', e164: '+919876543210' },
  { text: '+44 (0)20 7946 0018', e164: '+442079460018' },
  { text: '(+44) 20 7946 0018', e164: '+442079460018' },
  { text: '+1(202)555-0101', e164: '+12025550101' },
  { text: '+1 (202) 555‑0101', e164: '+12025550101' },
  { text: '+1 (202) 555—0101', e164: '+12025550101' },
  { text: '+1 (202) 555−0101', e164: '+12025550101' },
  { text: 'tel:+12025550101', e164: '+12025550101' },
  { text: '<tel:+12025550101>', e164: '+12025550101' },
  { text: '<tel:%2B12025550101|+1 202>', e164: '+12025550101' },
  { text: 'to +12025550101', e164: '+12025550101' },
  { text: 'call +12025550101 with clinic', e164: '+12025550101', agent: 'clinic' },
  { text: '+12025550101 using Front desk', e164: '+12025550101', agent: 'Front desk' },
  { text: '+12025550101, clinic', e164: '+12025550101', agent: 'clinic' },
  { text: '  +12025550101   clinic  ', e164: '+12025550101', agent: 'clinic' },
  { text: '\u2068+12025550101\u2069', e164: '+12025550101' },
  { text: '+1\u202f202\u2009555\u30000101', e164: '+12025550101' },
  { text: '+1 202\n555 0101', e164: '+12025550101' },
  { text: '\ufeff+12025550101', e164: '+12025550101' },
  { text: '+٩١٩٨٧٦٥٤٣٢١٠', e164: '+919876543210' },
  { text: '"+12025550101"', e164: '+12025550101' },
  { text: '’+12025550101’ clinic', problem: 'not_a_number' },
  { text: '‘+12025550101’ clinic', e164: '+12025550101', agent: 'clinic' },
  // Agents.
  { text: 'clinic +12025550101', e164: '+12025550101', agent: 'clinic' },
  {
    text: 'Front desk +12025550101 name=Asha',
    e164: '+12025550101',
    agent: 'Front desk',
    variables: { name: 'Asha' },
  },
  { text: '+12025550101 Front desk', e164: '+12025550101', agent: 'Front desk' },
  { text: '+12025550101 क्लिनिक', e164: '+12025550101', agent: 'क्लिनिक' },
  { text: '+12025550101 2nd-line', e164: '+12025550101', agent: '2nd-line' },
  { text: '+12025550101 agent=clinic', e164: '+12025550101', agent: 'clinic' },
  { text: '+12025550101 Agent=“Front desk”', e164: '+12025550101', agent: 'Front desk' },
  { text: '+12025550101 `agent_clinic`', e164: '+12025550101', agent: 'agent_clinic' },
  { text: '+12025550101 clinic agent=sales', problem: 'several_agents' },
  { text: 'clinic +12025550101 sales', problem: 'several_agents' },
  { text: '+12025550101 agent=a agent=b', problem: 'repeated_key' },
  { text: '+12025550101 O’Brien', e164: '+12025550101', agent: 'O’Brien' },
  // Variables.
  { text: '+12025550101 name=Asha', e164: '+12025550101', variables: { name: 'Asha' } },
  { text: '+12025550101 name="Asha Rao"', e164: '+12025550101', variables: { name: 'Asha Rao' } },
  { text: "+12025550101 name='Asha Rao'", e164: '+12025550101', variables: { name: 'Asha Rao' } },
  { text: '+12025550101 name=«Asha Rao»', e164: '+12025550101', variables: { name: 'Asha Rao' } },
  { text: '+12025550101 name=„Asha Rao“', e164: '+12025550101', variables: { name: 'Asha Rao' } },
  { text: '+12025550101 name=O’Brien', e164: '+12025550101', variables: { name: 'O’Brien' } },
  { text: "+12025550101 note='it's late'", e164: '+12025550101', variables: { note: "it's late" } },
  { text: '+12025550101 q=“a=b c=d”', e164: '+12025550101', variables: { q: 'a=b c=d' } },
  { text: '+12025550101 name＝Asha', e164: '+12025550101', variables: { name: 'Asha' } },
  { text: '+12025550101 नाम=आशा', e164: '+12025550101', variables: { नाम: 'आशा' } },
  { text: '+12025550101 a=1 b=2 c=3', e164: '+12025550101', variables: { a: '1', b: '2', c: '3' } },
  { text: '+12025550101 co=R&amp;D', e164: '+12025550101', variables: { co: 'R&D' } },
  {
    text: '+12025550101 mail=<mailto:a@example.com|a@example.com>',
    e164: '+12025550101',
    variables: { mail: 'a@example.com' },
  },
  {
    text: '+12025550101 site=<https://example.com|example.com>',
    e164: '+12025550101',
    variables: { site: 'example.com' },
  },
  {
    text: '+12025550101 callback=+919876543210',
    e164: '+12025550101',
    variables: { callback: '+919876543210' },
  },
  { text: 'name=Asha +12025550101', problem: 'loose_word' },
  { text: '+12025550101 name=Asha Rao', problem: 'loose_word' },
  { text: '+12025550101 name=', problem: 'empty_value' },
  { text: '+12025550101 name=a name=b', problem: 'repeated_key' },
  { text: '+12025550101 name="Asha Rao', problem: 'unclosed_quote' },
  { text: '+12025550101 __proto__=x', e164: '+12025550101', variables: { ['__proto__']: 'x' } },
  // Nasty ones: from contacts, chats, other programs and other habits.
  { text: '<tel:+12025550101|+1 202 555 0199>', problem: 'several_numbers' },
  { text: '<tel:+12025550101;ext=12|+1 202 555 0101>', problem: 'extension' },
  { text: '<tel:+442079460018|020 7946 0018>', e164: '+442079460018' },
  { text: '<tel:2025550101|(202) 555-0101>', problem: 'no_country' },
  { text: '+12025550101;ext=5', problem: 'extension' },
  { text: '+12025550101,,5', problem: 'extension' },
  { text: '+12025550101x5 clinic', problem: 'extension' },
  { text: '2025550101x42', country: 'US', problem: 'extension' },
  { text: '2025550101 ext', country: 'US', problem: 'extension' },
  { text: '+12025550101 → clinic', e164: '+12025550101', agent: 'clinic' },
  {
    text: '+12025550101 | clinic | name=Asha',
    e164: '+12025550101',
    agent: 'clinic',
    variables: { name: 'Asha' },
  },
  { text: '+12025550101 - clinic', e164: '+12025550101', agent: 'clinic' },
  { text: '+12025550101: clinic', e164: '+12025550101', agent: 'clinic' },
  { text: 'clinic: +91 98765 43210', e164: '+919876543210', agent: 'clinic' },
  { text: 'please call +12025550101', e164: '+12025550101' },
  { text: 'call clinic on +12025550101', e164: '+12025550101', agent: 'clinic' },
  { text: '+12025550101 name = Asha', problem: 'loose_word' },
  { text: '+12025550101 name: Asha', problem: 'loose_word' },
  { text: '+12025550101 clinic =Asha', problem: 'loose_word' },
  { text: '+12025550101 --name=Asha', e164: '+12025550101', variables: { name: 'Asha' } },
  { text: '+12025550101 name==x', e164: '+12025550101', variables: { name: '=x' } },
  { text: '+12025550101 a.b-c=1', e164: '+12025550101', variables: { 'a.b-c': '1' } },
  {
    text: '+12025550101\nclinic\nname=Asha',
    e164: '+12025550101',
    agent: 'clinic',
    variables: { name: 'Asha' },
  },
  { text: '+1 202 555 0101\u200bclinic', e164: '+12025550101', agent: 'clinic' },
  { text: '+493012345678\u200b42', problem: 'ambiguous_number' },
  { text: '+12025550101\u200d clinic', e164: '+12025550101', agent: 'clinic' },
  { text: '\u202e10105552021+\u202c', problem: 'several_numbers' },
  { text: '2025550101+1', problem: 'several_numbers' },
  { text: '➕1 202 555 0101', e164: '+12025550101' },
  { text: '⁺¹ 202 555 0101', e164: '+12025550101' },
  { text: '+𝟏𝟐𝟎𝟐𝟓𝟓𝟓𝟎𝟏𝟎𝟏', e164: '+12025550101' },
  { text: '+1202555010१', e164: '+12025550101' },
  { text: '+1202555010⓵', problem: 'not_a_number' },
  { text: '+9198765432l0', problem: 'not_a_number' },
  { text: '+91 98765 43210 & +91 98765 43211', problem: 'several_numbers' },
  { text: '+919876543210or+919876543211', problem: 'not_a_number' },
  { text: '+91 98765 43210 / 43211', problem: 'impossible' },
  { text: '+00442079460018', problem: 'unknown_country' },
  { text: '+011442079460018', problem: 'unknown_country' },
  { text: '011 44 20 7946 0018', country: 'US', e164: '+442079460018' },
  { text: '011 44 20 7946 0018', problem: 'no_country' },
  { text: '011 2345 6789', country: 'IN', e164: '+911123456789' },
  { text: '00 91 98765 43210', e164: '+919876543210' },
  { text: '+44 07911 123456', e164: '+447911123456' },
  { text: '8 (495) 123-45-67', country: 'RU', e164: '+74951234567' },
  { text: '+52 1 55 1234 5678', problem: 'impossible' },
  { text: '+49 (0) 30 123456-0', e164: '+49301234560' },
  { text: '+39 6 1234 5678', e164: '+39612345678', doubtful: true },
  { text: '*67 202 555 0101', country: 'US', problem: 'impossible' },
  { text: '*31#+12025550101', problem: 'not_a_number' },
  { text: '**21*+12025550101#', problem: 'not_a_number' },
  { text: '+91 112', problem: 'short_number' },
  { text: '00112', problem: 'short_number' },
  { text: '1-911', country: 'US', problem: 'short_number' },
  { text: '9-1-1 clinic', problem: 'short_number' },
  { text: 'nine one one', problem: 'no_number' },
  { text: 'https://wa.me/919876543210', problem: 'not_a_number' },
  { text: 'sip:+12025550101@example.com', problem: 'not_a_number' },
  { text: '<mailto:+12025550101@example.com|x>', problem: 'no_number' },
  { text: '+12025550101 <@U123>', problem: 'mention' },
  { text: '+12025550101 2026-11-25', problem: 'too_long' },
  { text: '+1 202 555 0101 7 clinic', problem: 'impossible' },
]

export const corpus: readonly Case[] = [...spoken, ...written]
