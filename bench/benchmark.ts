/** One line of the table. */
export interface Row {
  readonly benchmark: string
  readonly work: string
  readonly measured: string
  readonly reference: string
  /** A ratio with its spread, or a slope. */
  readonly result: string
  readonly aim: string
  /** Null where the line has no aim. */
  readonly holds: boolean | null
}

export interface BenchmarkOptions {
  /** Also the sizes that take minutes. */
  readonly full: boolean
  /** Where CPU profiles of the servers under test go; null: none are taken. */
  readonly profileFolder: string | null
  /** A folder of Sigma rules and a file of recorded events, a JSON object a line; null: they are generated. */
  readonly corpus: string | null
  readonly events: string | null
  /** A folder of recorded entries of agents; null: they are generated alone. */
  readonly traffic: string | null
  /** How long `soak` runs; null: as long as it is meant to. */
  readonly minutes: number | null
  /** Says on the terminal what is being done. */
  readonly say: (text: string) => void
}

/** A benchmark measures and says so; it never fails. */
export type Benchmark = (options: BenchmarkOptions) => Promise<readonly Row[]>
