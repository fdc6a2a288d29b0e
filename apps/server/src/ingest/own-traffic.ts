/**
 * `reported_by` of what this program reports about its own MCP server: from the principal that it sets itself, which no
 * key and no user can be. No rule judges it, in a backtest neither: it holds the words of attacks that somebody looks for.
 */
export const OWN_TRAFFIC = 'mcp'
