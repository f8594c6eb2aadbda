import { readFileSync } from 'node:fs'

/**
 * Reads a file of the dashboard. This module lies beside the folder `page`, in src/ and, as bundles put everything
 * at their root, in what is published too.
 */
export const pageFile = (name: string): Buffer => readFileSync(new URL(`./page/${name}`, import.meta.url))
