/** What stands in for `globalThis` in a bundle: see build.ts. */
export const bundleGlobals: Record<string, unknown> = {}
