import { readFileSync } from 'node:fs'

/**
 * Reads a file of the dashboard. This module lies beside the folder `dashboard`, in src/ and, as bundles put
 * everything at their root, in what is published too.
 */
export const dashboardFile = (name: string): string =>
  readFileSync(new URL(`./dashboard/${name}`, import.meta.url), 'utf8')
