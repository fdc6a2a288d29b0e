/** esbuild options for the ES module bundles that Node runs: the server, its worker threads, and the MCP proxy. */
export const BUNDLE = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  // Some bundled libraries are CommonJS modules and call `require`.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  // Minify because Node keeps the source text in memory, but keep identifiers so that stack traces name functions.
  minifyWhitespace: true,
  minifySyntax: true,
  sourcemap: true,
  logLevel: 'warning',
}
