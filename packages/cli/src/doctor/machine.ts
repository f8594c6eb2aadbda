import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { bad, type Finding, none, ok, setting } from './check.ts'

const OLDEST = [22, 19] as const
/** Less than this, and a relay with some traffic is full within a day. */
const LITTLE_BYTES = 200 * 1024 * 1024

export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return ok('Node', version)
  return bad('Node', `${version} is too old`, `Install Node ${OLDEST.join('.')} or newer, such as 24.`)
}

/** The folders that the relay and the Slack app write to. */
export function checkFolders(env: Readonly<Record<string, string | undefined>>): Finding[] {
  const folders = [
    [
      'Relay data',
      setting(env, 'HOOKS_DATA_DIR') ?? 'movoice-hooks-data',
      'HOOKS_DATA_DIR',
      'HOOKS_DATABASE_URL',
    ],
    [
      'Slack data',
      setting(env, 'SLACK_DATA_DIR') ?? 'movoice-slack-data',
      'SLACK_DATA_DIR',
      'SLACK_DATABASE_URL',
    ],
  ] as const
  return folders.map(([check, folder, name, database]) =>
    setting(env, database) === undefined ? checkFolder(check, folder, name) : none(check, 'in PostgreSQL'),
  )
}

function checkFolder(check: string, folder: string, name: string): Finding {
  const path = resolve(folder)
  // One that is not there yet is made when it is needed: what counts then is the folder around it.
  const around = nearest(path)
  if (!statSync(around).isDirectory()) {
    return bad(check, `${around} is a file`, `Set ${name} to a folder.`)
  }
  try {
    accessSync(around, constants.W_OK | constants.X_OK)
  } catch {
    return bad(check, `${around} cannot be written to`, `Set ${name} to a folder of yours.`)
  }
  const { bavail, bsize } = statfsSync(around)
  const free = bavail * bsize
  if (free < LITTLE_BYTES) {
    return bad(
      check,
      `${Math.floor(free / 1024 / 1024)} MB are free there`,
      `Make room, or set ${name} to another disk.`,
    )
  }
  return ok(check, around === path ? folder : `${folder}, to be made`)
}

function nearest(path: string): string {
  let here = path
  while (!existsSync(here) && dirname(here) !== here) here = dirname(here)
  return here
}
