export const LIMITS = {
  /** Failures in a row after which a job is reported. One or two are a busy store or a restart, and pass. */
  jobFailures: 3,
  /** Errors of one run that are logged when it failed for many organizations: they are mostly the same one. */
  jobFaultsLogged: 3,
} as const
