// What a test of this suite measured, for people to read beside its verdict.

/** Prints one line, and keeps nothing. */
export function report(what: string, figures: Readonly<Record<string, number | string>>): void {
  const text = Object.entries(figures).map(([name, value]) => `${name.replaceAll('_', ' ')} ${value}`)
  process.stdout.write(`  ${what}: ${text.join(', ')}\n`)
}
