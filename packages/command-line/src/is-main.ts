import { realpathSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

/** Returns whether the module with this `import.meta.url` is the program that Node was started with. */
export function isMain(url: string): boolean {
  const program = process.argv[1]
  return program !== undefined && url === pathToFileURL(realpathSync(program)).href
}
