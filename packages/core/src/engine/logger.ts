/** What the client can write its notes to: pino, console and most others fit. It is never given a key or a number. */
export interface Logger {
  debug(fields: object, message: string): void
  warn(fields: object, message: string): void
}
