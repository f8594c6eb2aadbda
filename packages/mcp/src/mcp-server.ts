import { McpServer, type McpServerFactory } from '@modelcontextprotocol/server'
import { VERSION } from '@movoice-kit/core/contract'
import { instructions } from './instructions.ts'
import type { Office } from './office.ts'
import { registerResources } from './resources/register.ts'
import { registerTools } from './tools/register.ts'

/** Makes a server for one connection, or for one request where the protocol knows no connections. */
export function serverFactory(office: Office): McpServerFactory {
  return ({ era }) => {
    const server = new McpServer(
      { name: 'movoice', title: 'Movoice phone calls', version: VERSION },
      { instructions: instructions(office.policy) },
    )
    registerTools({ office, server, era })
    registerResources(server, office)
    return server
  }
}
