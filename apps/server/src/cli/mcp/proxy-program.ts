import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import type { ProxyProgram } from '@sentinelmesh/mcp-proxy/command'

/** Loads the MCP proxy from the folder next to the built program, or from its package when run from source. */
export function proxyProgram(): Promise<ProxyProgram> {
  const beside = new URL('./mcp-proxy/sentinelmesh-mcp.js', import.meta.url)
  const file = existsSync(beside)
    ? beside
    : pathToFileURL(createRequire(import.meta.url).resolve('@sentinelmesh/mcp-proxy/program'))
  return import(file.href) as Promise<ProxyProgram>
}
