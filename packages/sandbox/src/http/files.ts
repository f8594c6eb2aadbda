import type { FastifyInstance } from 'fastify'
import { Refusal } from '../refusal.ts'
import type { Timeline } from '../time/timeline.ts'
import type { World } from '../world.ts'

const RATE = 8000
const SECONDS = 2

/** A WAV file of silence: 8 kHz, 16 bits, one channel. */
function silence(): Buffer {
  const data = RATE * SECONDS * 2
  const file = Buffer.alloc(44 + data)
  file.write('RIFF', 0, 'latin1')
  file.writeUInt32LE(36 + data, 4)
  file.write('WAVEfmt ', 8, 'latin1')
  file.writeUInt32LE(16, 16)
  file.writeUInt16LE(1, 20)
  file.writeUInt16LE(1, 22)
  file.writeUInt32LE(RATE, 24)
  file.writeUInt32LE(RATE * 2, 28)
  file.writeUInt16LE(2, 32)
  file.writeUInt16LE(16, 34)
  file.write('data', 36, 'latin1')
  file.writeUInt32LE(data, 40)
  return file
}

export interface FilesContext {
  readonly timeline: Timeline
  readonly world: () => World
}

/** What a call's links lead to. No key is asked for: whoever has the link may read, as with signed links. */
export function fileRoutes(app: FastifyInstance, { timeline, world }: FilesContext): void {
  const recording = silence()
  const ended = (file: string, ending: string) => {
    timeline.catchUp()
    const id = file.endsWith(ending) ? file.slice(0, -ending.length) : ''
    const call = world().view(world().call(id))
    if (call.transcript_url === null)
      throw new Refusal(404, 'This call has no transcript and no recording, or not yet.')
    return call
  }
  app.get<{ Params: { file: string } }>('/transcripts/:file', (request) => {
    const { call_id, duration, transcript } = ended(request.params.file, '.json')
    return { call_id, duration, turns: transcript }
  })
  app.get<{ Params: { file: string } }>('/recordings/:file', (request, reply) => {
    ended(request.params.file, '.wav')
    reply.type('audio/wav').send(recording)
  })
}
