import type { Door } from './door.ts'
import { cliDoor } from './doors/cli.ts'
import { coreDoor } from './doors/core.ts'
import { hooksDoor } from './doors/hooks.ts'
import { mcpDoor } from './doors/mcp.ts'
import { n8nDoor } from './doors/n8n.ts'
import { sandboxDoor } from './doors/sandbox.ts'
import { slackDoor } from './doors/slack.ts'
import { zapierDoor } from './doors/zapier.ts'
import { startFullApi } from './full-api.ts'

export interface OpenDoors {
  readonly doors: readonly Door[]
  close(): Promise<void>
}

/** Every door of the kit, in the order of the table's columns. A new one is added here. */
export async function openDoors(): Promise<OpenDoors> {
  const api = await startFullApi()
  const doors = [
    n8nDoor(api),
    slackDoor(),
    await zapierDoor(api),
    await hooksDoor(),
    coreDoor(api),
    await cliDoor(api),
    await mcpDoor(api),
    await sandboxDoor(),
  ]
  return {
    doors,
    async close() {
      for (const door of doors) await door.close?.()
      await api.close()
    },
  }
}
