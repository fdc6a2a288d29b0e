import { expect, test } from 'vitest'
import { ACCESS, type Action } from '@sentinelmesh/api/constants'
import { appRouter, listOperations, OPERATIONS, type Operation } from '@sentinelmesh/api/server'

const HEAD = `# Operations

Generated from \`packages/api/src/server/operations/\` by \`vitest run --project server -u test/api-docs\`. What they take and
answer is in \`/openapi.json\` of a running server, and in the type \`AppRouter\`. [The API](api.md) explains the rest.

| operation | what it does | who may | tRPC | REST |
| --- | --- | --- | --- | --- |
`

/** Formats as `owner, admin; key: manage`. */
function whoMay(action: Action | 'open'): string {
  if (action === 'open') return 'everyone'
  const { roles, scopes, anonymous } = ACCESS[action]
  const all = [
    ...(roles.length === 0 ? [] : [roles.join(', ')]),
    ...(scopes.length === 0 ? [] : [`key: ${scopes.join(', ')}`]),
    ...(anonymous ? ['anonymous, on the routes of the original'] : []),
  ]
  return all.length === 0 ? 'the command line on the server' : all.join('; ')
}

function rowOf(name: string, { summary, kind, action, rest }: Operation): string {
  const route = rest === undefined ? '' : `\`${rest.method.toUpperCase()} ${rest.path}\``
  const procedure = name in appRouter._def.procedures ? kind : ''
  return `| \`${name}\` | ${summary} | ${whoMay(action)} | ${procedure} | ${route} |`
}

test('docs/api-operations.md lists every operation that a client can call', async () => {
  const rows = listOperations(OPERATIONS)
    .filter(([name, { rest }]) => name in appRouter._def.procedures || rest !== undefined)
    .map(([name, operation]) => rowOf(name, operation))
  await expect(`${HEAD}${rows.join('\n')}\n`).toMatchFileSnapshot('../../../docs/api-operations.md')
})
