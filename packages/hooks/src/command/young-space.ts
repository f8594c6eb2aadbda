import { setFlagsFromString } from 'node:v8'

// Loading a server's modules leaves much behind at once, and V8 makes room for as much again: 13 MB that a server with
// little to do never needs. So the room grows only from when it is ready, with the work there is.
const GROWTH = '--semi-space-growth-factor'

export const keepYoungSpaceSmall = (): void => setFlagsFromString(`${GROWTH}=1`)
/** As V8 has it by itself. */
export const letYoungSpaceGrow = (): void => setFlagsFromString(`${GROWTH}=2`)
