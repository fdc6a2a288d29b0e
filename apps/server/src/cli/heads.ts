import { readChainHeads } from '@sentinelmesh/db'
import { readOrMakeChainKey, toLine } from '../chain-key.ts'
import { readConfig } from '../config.ts'
import { CommandFailed } from '@sentinelmesh/command-line/command-failed'
import { databaseFile } from './database-file.ts'

/** Prints the lines that the server publishes, for people who store them by other means. */
export async function printHeads({ org }: { readonly org?: string }): Promise<void> {
  const { orgs: heads, audit } = await readChainHeads(databaseFile())
  const wanted = org === undefined ? heads : heads.filter(({ slug, name }) => slug === org || name === org)
  if (org !== undefined && wanted.length === 0)
    throw new CommandFailed(`There is no organization ${JSON.stringify(org)} with entries.`)
  const key = readOrMakeChainKey(readConfig(process.env).dataDir)
  const at = new Date()
  const ofAudit = org !== undefined || audit === undefined ? [] : [audit]
  for (const head of [...ofAudit, ...wanted]) process.stdout.write(toLine(key.sign(head, at)))
}
