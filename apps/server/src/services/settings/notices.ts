import type { Notice } from '@sentinelmesh/api'
import { toIso } from '@sentinelmesh/telemetry/timestamp'
import { JOBS } from '../../jobs/jobs.ts'
import type { RetentionWait } from '../../consumers/retention/retention-time.ts'
import type { Verb } from '../verb.ts'

/** Notices at the top of the page, for users who can act on them. */
export const notices: Verb<'settings.notices', 'jobs' | 'retention'> = async ({ database, jobs, retention }) => {
  const shown: Notice[] = []
  const { failure } = database.health()
  if (failure !== null) shown.push({ id: 'store', title: 'Entries are not being stored.', says: failure, since: null })
  for (const { job, failures, since, reason } of jobs.failing())
    shown.push({
      id: `job:${job}`,
      title: `${JOBS[job].name} has failed ${failures} times in a row.`,
      says: `${JOBS[job].effect} ${reason} The server keeps trying.`,
      since: toIso(since * 1000),
    })
  const withheld = retention.withheld()
  if (withheld !== null)
    shown.push({
      id: 'retention-clock',
      title: 'Deleting by age is paused: the server’s clock jumped.',
      says: sayWithheld(withheld),
      since: null,
    })
  return shown
}

export function sayWithheld({ aheadMs, leftMs }: RetentionWait): string {
  return (
    `The clock is ${days(aheadMs)} ahead of the time for which the server has been running, so some entries only seem ` +
    'to be past their retention. If the clock is right, run "sentinelmesh retention accept-clock" on the server; if it is ' +
    `wrong, set it right. Otherwise the server believes it after another ${hours(leftMs)} of running.`
  )
}

const days = (ms: number) => {
  const count = Math.max(1, Math.round(ms / 86_400_000))
  return count === 1 ? 'a day' : `${count} days`
}
const hours = (ms: number) => {
  const count = Math.max(1, Math.ceil(ms / 3_600_000))
  return count === 1 ? 'hour' : `${count} hours`
}
