/** One row of the table. */
export interface Row {
  readonly benchmark: string
  readonly work: string
  readonly measured: string
  readonly reference: string
  /** A ratio with its range, or a slope. */
  readonly result: string
  /** The target. Empty if the row has none. */
  readonly aim: string
  /** True if the target was met. Null if the row has none. */
  readonly holds: boolean | null
}

export interface BenchmarkOptions {
  /** Also runs the sizes that take minutes. */
  readonly full: boolean
  /** The folder for CPU profiles of the processes under test. Null disables profiling. */
  readonly profileFolder: string | null
  /** A folder of Sigma rules. If null, rules are generated. */
  readonly corpus: string | null
  /** A file of recorded events with one JSON object per line. If null, events are generated. */
  readonly events: string | null
  /** A folder of recorded agent entries. If null, only generated entries are used. */
  readonly traffic: string | null
  /** The duration of `soak`. Null selects the default. */
  readonly minutes: number | null
  /** Prints a progress message to the terminal. */
  readonly say: (text: string) => void
}

/** Returns the measured rows. A missed target is not an error. */
export type Benchmark = (options: BenchmarkOptions) => Promise<readonly Row[]>
