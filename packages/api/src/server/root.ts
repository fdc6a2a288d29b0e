import { apiKeys } from './routers/api-keys.ts'
import { auth } from './routers/auth.ts'
import { erasures } from './routers/erasures.ts'
import { logs } from './routers/logs.ts'
import { org } from './routers/org.ts'
import { rules } from './routers/rules.ts'
import { settings } from './routers/settings.ts'
import { stats } from './routers/stats.ts'
import { users } from './routers/users.ts'
import { router } from './trpc.ts'

export const appRouter = router({ auth, org, users, apiKeys, logs, rules, settings, erasures, stats })
export type AppRouter = typeof appRouter
