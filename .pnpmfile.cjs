// better-sqlite3 is compiled where no prebuilt binary can be reached, and node-gyp then wants Node's headers.
// Where headers of exactly the running version lie beside it, say so, and nothing is downloaded.
// (pnpm drops `npm_config_nodedir` when a hook sets it in the environment; the raw config is what reaches node-gyp.)
const { existsSync, readFileSync } = require('node:fs')
const { dirname, join } = require('node:path')

function headersOfThisNode() {
  const prefix = dirname(dirname(process.execPath))
  const file = join(prefix, 'include', 'node', 'node_version.h')
  if (!existsSync(file)) return undefined
  const text = readFileSync(file, 'utf8')
  const part = (name) => new RegExp(`#define NODE_${name}_VERSION (\\d+)`).exec(text)?.[1]
  const version = ['MAJOR', 'MINOR', 'PATCH'].map(part).join('.')
  return version === process.versions.node ? prefix : undefined
}

module.exports = {
  hooks: {
    updateConfig(config) {
      const nodedir = headersOfThisNode()
      if (nodedir !== undefined) config.rawConfig.nodedir = nodedir
      return config
    },
  },
}
