import { createInterface } from 'node:readline'
import type { Role } from '@sentinelmesh/api'
import { LIMITS } from '@sentinelmesh/api/constants'
import { askHidden } from './ask-hidden.ts'
import { CommandFailed } from '@sentinelmesh/command-line/command-failed'
import { withApi } from './connect.ts'
import { printJson, visible } from '@sentinelmesh/command-line/print'

export async function createUser(options: {
  username: string
  org: string
  role: Role
  json?: boolean
}): Promise<void> {
  const password = process.stdin.isTTY ? await askPassword() : await readPassword()
  if (password.length < LIMITS.passwordMinChars) {
    throw new CommandFailed(`A password must have at least ${LIMITS.passwordMinChars} characters.`, 2)
  }
  const { username, org, role } = options
  const created = await withApi(undefined, (trpc) => trpc.users.create.mutate({ username, password, org, role }))
  if (options.json) printJson(created)
  else process.stdout.write(`Created ${visible(created.username)} as ${created.role} of ${visible(created.org)}.\n`)
}

/** Reads the first line of standard input. A password on the command line would show in the process list. */
async function readPassword(): Promise<string> {
  for await (const line of createInterface({ input: process.stdin })) return line
  throw new CommandFailed('Give the password on standard input, or run this on a terminal to be asked for it.', 2)
}

/** Asks twice, without echoing the password. */
async function askPassword(): Promise<string> {
  const first = await askHidden('Password: ')
  const second = await askHidden('Again: ')
  if (first !== second) throw new CommandFailed('The two passwords differ.', 2)
  return first
}
