/** Long work, divided into steps. */
export type Steps<Result> = Generator<undefined, Result>

/** Awaited between the steps of long work, so that a server can handle other requests. */
export type Turn = () => Promise<void>

export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

export async function inTurns<Result>(steps: Steps<Result>, turn: Turn): Promise<Result> {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    await turn()
  }
}
