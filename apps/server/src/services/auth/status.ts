import { VERSION } from '../../version.ts'
import type { Verb } from '../verb.ts'
import { meOf } from './me.ts'

/** What a page needs before it knows who looks at it. Open to everyone. */
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
