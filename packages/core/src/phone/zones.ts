import prefixes from './zone-prefixes.json' with { type: 'json' }

// The prefixes are those of Google's libphonenumber (Apache-2.0), resources/timezones: a list of zones for each.
// test/side/zones makes the table from a package that carries them, and holds it to that.
const zonesOfPrefix = new Map(
  Object.entries(prefixes).flatMap(([zones, list]) =>
    list.split(' ').map((prefix) => [prefix, zones.split(' ')] as const),
  ),
)

/**
 * The time zones in which a number can be, by its prefix: one for most, several where a prefix spans a continent,
 * none for numbers of no country.
 *
 * @example
 * zonesOf('+919876543210') // ['Asia/Calcutta']
 * zonesOf('+18005550100')  // ['America/Adak', 'America/Anchorage', …]
 */
export function zonesOf(e164: string): readonly string[] {
  for (let end = e164.length; end > 1; end -= 1) {
    const zones = zonesOfPrefix.get(e164.slice(1, end))
    if (zones !== undefined) return zones
  }
  return []
}

const clocks = new Map<string, Intl.DateTimeFormat>()

/**
 * Minutes since midnight at `now` (ms since 1970) in a zone.
 *
 * @example
 * minuteOfDay('Asia/Kolkata', Date.UTC(2026, 0, 1, 0, 0)) // 330, as it is 5:30 there
 */
export function minuteOfDay(zone: string, now: number): number {
  let clock = clocks.get(zone)
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
    clocks.set(zone, clock)
  }
  const [hour = '0', minute = '0'] = clock.format(now).split(':')
  return Number(hour) * 60 + Number(minute)
}

/**
 * What time it is where a number may be: one time, or the earliest and latest if its zones differ; `undefined`
 * where no zone is known.
 *
 * @example
 * localTimes('+919876543210', Date.UTC(2026, 0, 1)) // { zones: ['Asia/Calcutta'], times: ['05:30'] }
 */
export function localTimes(
  e164: string,
  now: number,
): { readonly zones: readonly string[]; readonly times: readonly string[] } | undefined {
  const zones = zonesOf(e164)
  if (zones.length === 0) return undefined
  const times = [...new Set(zones.map((zone) => timeText(minuteOfDay(zone, now))))]
  return { zones, times }
}

const timeText = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

/**
 * Minutes since midnight of `HH:MM`; `undefined` if it is no time.
 *
 * @example
 * readTime('08:30') // 510
 */
export function readTime(text: string): number | undefined {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text)
  return match === null ? undefined : Number(match[1]) * 60 + Number(match[2])
}
