import { VERSION } from '../../version.ts'
import type { Verb } from '../verb.ts'
import { meOf } from './me.ts'

/** Returns the facts that a page needs before sign-in. Requires no credential. */
export const status: Verb<'auth.status', 'config' | 'demo' | 'publicOrigin' | 'setupLink'> = async (
  deps,
  { principal },
) => ({
  setup: await deps.setupLink.needed(),
  demo: deps.demo,
  anonymousOrg: deps.config.anonymousOrg,
  version: VERSION,
  publicUrl: deps.publicOrigin(),
  me: await meOf(deps.database, principal),
})
