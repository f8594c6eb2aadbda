/**
 * A transcript as text, one line a turn, whichever way it came: as text, or as a list of turns.
 *
 * @example
 * transcriptText([{ role: 'agent', text: 'Hello!' }, { role: 'user', text: 'Hi.' }])
 * // 'agent: Hello!\nuser: Hi.'
 */
export function transcriptText(transcript: unknown): string | null {
  if (typeof transcript === 'string') return transcript
  if (!Array.isArray(transcript)) return null
  const lines = transcript.map((turn: unknown) => {
    if (typeof turn === 'string') return turn
    if (typeof turn !== 'object' || turn === null) return ''
    const { role, speaker, text, content, message } = turn as Record<string, unknown>
    const who = role ?? speaker
    const said = text ?? content ?? message
    if (typeof said !== 'string') return ''
    return typeof who === 'string' ? `${who}: ${said}` : said
  })
  return lines.filter((line) => line !== '').join('\n')
}
