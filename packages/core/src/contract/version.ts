/** The version of the kit: its packages are released together, under one number. Written by `npx pnpm@12 release:version`. */
export const VERSION = '0.1.0'
