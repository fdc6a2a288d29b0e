/** The outcome of a job. The list is closed because it labels a metric. */
export type Outcome =
  | 'done'
  /** It threw a `DomainError`: its input is wrong. */
  | 'refused'
  | 'deadline'
  | 'memory'
  /** Its caller left. */
  | 'aborted'
  /** A fault of ours, or a thread that crashed. */
  | 'failed'
  /** Its organization has too many jobs waiting, or it waited too long. */
  | 'rate_limited'
  | 'shutting_down'

/** Why a thread gave no result. The pool turns it into a `DomainError` with a sentence for the caller. */
export class JobError extends Error {
  readonly outcome: Extract<Outcome, 'deadline' | 'memory' | 'aborted' | 'failed' | 'shutting_down'>
  constructor(outcome: JobError['outcome'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.outcome = outcome
  }
}
