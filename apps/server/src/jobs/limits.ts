export const LIMITS = {
  /** Consecutive failures after which a job is reported. One or two come from a busy store or a restart. */
  jobFailures: 3,
  /** Errors to log of one run that failed for many organizations. Most of them are the same. */
  jobFaultsLogged: 3,
} as const
