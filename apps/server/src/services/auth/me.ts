import type { Me, Principal, Role } from '@sentinelmesh/api'
import { identityStore, type Database } from '@sentinelmesh/db'

/** The signed-in user as pages show it. Null for any other kind of principal. */
export async function meOf(database: Database, principal: Principal | null): Promise<Me | null> {
  if (principal?.type !== 'user') return null
  const memberships = await identityStore(database.read).ofUser(principal.username)
  return {
    username: principal.username,
    role: principal.role,
    org: { name: principal.org.name, slug: principal.org.slug },
    orgs: memberships.map(({ orgName, orgSlug, role }) => ({ name: orgName, slug: orgSlug, role: role as Role })),
  }
}
