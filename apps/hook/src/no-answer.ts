/**
 * The message says why there is no answer. `isRefused`: the same input would be refused again. `isBusy`: a retry may
 * succeed in a moment.
 */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
  readonly isRefused: boolean
  readonly isBusy: boolean
  constructor(message: string, { isRefused = false, isBusy = false } = {}) {
    super(message)
    this.isRefused = isRefused
    this.isBusy = isBusy
  }
}

export function toNoAnswer(error: unknown): NoAnswer {
  return error instanceof NoAnswer ? error : new NoAnswer(`It failed (${messageOf(error)}).`)
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
