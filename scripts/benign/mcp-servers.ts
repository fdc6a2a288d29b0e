/** A public MCP server that is started from its npm package. */
export interface McpServer {
  readonly package: string
  /** The name of its program, if the package has several. */
  readonly bin?: string
  readonly args?: readonly string[]
  /** Values that it refuses to start without. None of them is real, and none is sent to anybody. */
  readonly env?: Readonly<Record<string, string>>
}

const DUMMY = 'placeholder'

/** Well-known servers, whose descriptions of their tools are written by many hands. */
export const MCP_SERVERS: readonly McpServer[] = [
  { package: '@modelcontextprotocol/server-filesystem', args: ['.'] },
  { package: '@modelcontextprotocol/server-memory' },
  { package: '@modelcontextprotocol/server-everything', args: ['stdio'] },
  { package: '@modelcontextprotocol/server-sequential-thinking' },
  { package: '@playwright/mcp' },
  { package: 'chrome-devtools-mcp', bin: 'chrome-devtools-mcp', args: ['--no-usage-statistics'] },
  { package: '@upstash/context7-mcp' },
  { package: '@notionhq/notion-mcp-server', env: { NOTION_TOKEN: DUMMY } },
  {
    package: '@supabase/mcp-server-supabase',
    // Its other feature, `docs`, fetches a part of its description.
    args: ['--features=account,database,debugging,development,functions,branching,storage'],
    env: { SUPABASE_ACCESS_TOKEN: DUMMY },
  },
  { package: 'firecrawl-mcp', env: { FIRECRAWL_API_KEY: DUMMY } },
  { package: '@sentry/mcp-server', env: { SENTRY_ACCESS_TOKEN: DUMMY } },
  { package: 'mcp-server-kubernetes' },
  { package: '@browsermcp/mcp' },
  { package: '@brave/brave-search-mcp-server', args: ['--transport', 'stdio'], env: { BRAVE_API_KEY: DUMMY } },
  { package: 'tavily-mcp', env: { TAVILY_API_KEY: DUMMY } },
  { package: 'exa-mcp-server', env: { EXA_API_KEY: DUMMY } },
  { package: 'figma-developer-mcp', args: ['--stdio'], env: { FIGMA_API_KEY: DUMMY } },
  { package: '@heroku/mcp-server', env: { HEROKU_API_KEY: DUMMY } },
  { package: '@stripe/mcp', args: ['--tools=all'], env: { STRIPE_SECRET_KEY: `rk_${DUMMY}` } },
  {
    package: '@cloudflare/mcp-server-cloudflare',
    args: ['run', DUMMY],
    env: { CLOUDFLARE_ACCOUNT_ID: DUMMY, CLOUDFLARE_API_TOKEN: DUMMY },
  },
  { package: 'mongodb-mcp-server', env: { MDB_MCP_TELEMETRY: 'disabled' } },
  { package: '@shopify/dev-mcp', env: { OPT_OUT_INSTRUMENTATION: 'true' } },
  { package: '@azure/mcp', args: ['server', 'start'], env: { AZURE_MCP_COLLECT_TELEMETRY: 'false' } },
  { package: '@executeautomation/playwright-mcp-server' },
  { package: '@wonderwhy-er/desktop-commander', bin: 'desktop-commander' },
]
