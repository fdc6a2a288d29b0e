import { apiKeys } from './routers/api-keys.ts'
import { auth } from './routers/auth.ts'
import { erasures } from './routers/erasures.ts'
import { logs } from './routers/logs.ts'
import { mcp } from './routers/mcp.ts'
import { org } from './routers/org.ts'
import { rules } from './routers/rules.ts'
import { settings } from './routers/settings.ts'
import { sources } from './routers/sources.ts'
import { stats } from './routers/stats.ts'
import { users } from './routers/users.ts'
import { verdicts } from './routers/verdicts.ts'
import { router } from './trpc.ts'

export const appRouter = router({
  auth,
  org,
  users,
  apiKeys,
  logs,
  rules,
  settings,
  erasures,
  mcp,
  sources,
  stats,
  verdicts,
})
export type AppRouter = typeof appRouter
