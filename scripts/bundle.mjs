/** Options of esbuild for the bundles that Node runs as ES modules: the server, its worker threads, and the MCP proxy. */
export const BUNDLE = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  // Some libraries inside are CommonJS and call `require`.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  // Identifiers stay, so that stack traces name functions. The source text of a program takes memory.
  minifyWhitespace: true,
  minifySyntax: true,
  sourcemap: true,
  logLevel: 'warning',
}
