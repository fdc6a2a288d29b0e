/** Entries per second, averaged over 5 s so that the number is readable. */
export interface Rate {
  readonly scanned: number
  readonly matched: number
}

/** One batch of the tail. */
export interface Sample extends Rate {
  readonly at: number
}

const WINDOW_MS = 5_000
/** Rows per second that nobody can read. */
export const TOO_FAST = 200

/** Adds a batch and drops the batches that no rate after `sample.at` includes. */
export function addSample(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  return sample.scanned > 0 ? [...recent(samples, sample.at), sample] : samples
}

export function rateAt(samples: readonly Sample[], now: number): Rate {
  const counted = recent(samples, now)
  const perSecond = (of: (sample: Sample) => number) =>
    counted.reduce((total, sample) => total + of(sample), 0) / (WINDOW_MS / 1000)
  return { scanned: perSecond(({ scanned }) => scanned), matched: perSecond(({ matched }) => matched) }
}

function recent(samples: readonly Sample[], now: number): readonly Sample[] {
  return samples.filter(({ at }) => at > now - WINDOW_MS)
}
