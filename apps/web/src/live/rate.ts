/** Entries a second as a mean of the last 5 s: a rate that is fit to be read. */
export interface Rate {
  readonly scanned: number
  readonly matched: number
}

const WINDOW_MS = 5_000
/** More rows a second than anybody can read. */
export const TOO_FAST = 200

export function createRateMeter() {
  let samples: { at: number; scanned: number; matched: number }[] = []
  return {
    count(scanned: number, matched: number, now: number): void {
      if (scanned > 0) samples.push({ at: now, scanned, matched })
    },
    read(now: number): Rate {
      samples = samples.filter(({ at }) => at > now - WINDOW_MS)
      const sum = (of: (sample: Rate) => number) => samples.reduce((total, sample) => total + of(sample), 0)
      const seconds = WINDOW_MS / 1000
      return { scanned: sum(({ scanned }) => scanned) / seconds, matched: sum(({ matched }) => matched) / seconds }
    },
    clear(): void {
      samples = []
    },
  }
}
