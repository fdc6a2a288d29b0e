/**
 * Sizes and durations of the benchmarks. Runs are short so that all benchmarks finish within minutes; medians reduce
 * the noise.
 */
export const BENCH = {
  /** Each side is measured this many times (A B A B …). The number is odd, so that the median is a measured value. */
  rounds: 5,
  /** Duration of each side's measurement in one round. */
  segmentMs: 3_000,
  /** Warm-up of the JIT compiler and the caches before the first round. */
  warmUpMs: 4_000,
  /** Duration of the run at each size. */
  sizeMs: 2_000,
  singleConnections: 64,
  batchConnections: 4,
  batchEntries: 500,
  /** Distinct entries of a load. They are sent repeatedly, with new ids. */
  distinctSingles: 4_096,
  distinctEntries: 20_000,
  /** Interval at which a starting server is checked for readiness. */
  readyPollMs: 5,
  /** Deadline for a server to become ready. */
  readyAtMostMs: 60_000,
  /** A server counts as idle when it has been ready for this long. */
  idleMs: 3_000,
} as const

/** `rules` compares many sides, so each segment is short. */
export const RULES_BENCH = {
  /** Numbers of rules. The last is the number of SigmaHQ's rules that load. */
  sizes: [10, 100, 1_000, 3_755],
  /** Distinct events in each mix. */
  events: 600,
  rounds: 3,
  segmentMs: 500,
  /** All rules are read and compiled this many times, each time in a new process. */
  loads: 3,
  /** Number of events on which matches are compared. The peers are slow, so they get fewer. */
  compared: { own: 400, peers: 100 },
} as const

export const JUDGE_BENCH = {
  /** Characters per payload. The first and the last size have a target. */
  sizes: [300, 1_600, 8_192],
  rounds: 5,
  segmentMs: 500,
} as const

export const STAGES_BENCH = {
  cases: [
    { name: 'prompt', chars: 300 },
    { name: 'shell call', chars: 300 },
    { name: 'tool result', chars: 300 },
    { name: 'tool result with a key', chars: 300 },
    { name: 'document', chars: 10_240 },
  ],
  /** Many short rounds, because matching is a difference of two figures of a round. */
  rounds: 25,
  segmentMs: 60,
} as const

export const CORRELATE_BENCH = {
  /** Live groups, summed over all correlations. */
  sizes: [1_000, 10_000, 100_000],
  rounds: 5,
  /** Entries per round. */
  entries: 60_000,
} as const

export const REGEX_BENCH = {
  sizes: [1_000, 10_000, 100_000, 1_000_000],
  rounds: 9,
  /** A shorter search is repeated until it has taken this long. */
  leastMs: 20,
  /** Deadline for JavaScript's own regular expressions. */
  javascriptMs: 1_000,
} as const

export const FANOUT_BENCH = {
  principals: 5,
  /** Sockets per principal. */
  sockets: 40,
  entriesPerSecond: 1_000,
  connections: 64,
  /** Long enough for the heap to reach a stable size, so that later growth suggests a leak. */
  warmUpMs: 15_000,
  ms: 20_000,
  fullMs: 120_000,
  reconnectMs: 1_000,
  pollMs: 20,
  /** Deadline for all followers, including the stalled one, to receive the whole backlog. */
  drainAtMostMs: 60_000,
} as const

export const ACK_BENCH = { entriesPerSecond: 2_000, connections: 128, rounds: 3, ms: 8_000 } as const

export const VERDICT_BENCH = {
  entriesPerSecond: 500,
  connections: 32,
  rounds: 3,
  ms: 8_000,
  /** Characters per payload when judging is measured alone. */
  chars: [300, 8_192],
  /** Entries per round when judging is measured alone. */
  judged: 4_000,
} as const

export const NEIGHBORS_BENCH = {
  warmUpMs: 4_000,
  aloneMs: 4_000,
  attackMs: 15_000,
  /** The interval at which B repeats each operation. */
  intervalMs: 40,
  /** Deadline for a tail to deliver an entry. */
  deliveryMs: 10_000,
  /** Connections on which A sends data. Each sends its requests sequentially. */
  connections: 4,
  /** Connections on which A searches and reads. */
  readingConnections: 12,
  idleBodies: 64,
  guessers: 100,
  /** Entries in B's log before the measurement. */
  entriesBefore: 1_000,
  /** One in this many of them contains the word that B searches for. */
  oneSearchedIn: 10,
} as const
export const NEIGHBORS_PASSWORD = 'a long password of a benchmark'

export const FILL = {
  spanMs: 7 * 24 * 3600 * 1000,
  batchEntries: 500,
  /** Concurrent batches, so that one is judged while earlier ones are written. */
  underWay: 4,
} as const

export const SEARCH_BENCH = {
  sizes: [10_000, 30_000, 100_000],
  fullSizes: [10_000, 100_000, 1_000_000],
  rounds: 15,
  /** Warm-up runs of each side before the first round. */
  warmUps: 3,
  pageEntries: 100,
  /** Each SQL variant of a search is timed this many times before the fastest is selected. */
  waysTried: 7,
  /** The number of the page that represents deep pagination. */
  page: 1_000,
  /** Entries from which search words are chosen. They are evenly spread over the log. */
  sampled: 5_000,
} as const

export const SOAK_BENCH = {
  minutes: 10,
  /** Duration of the measurement of the maximum rate. Half of that rate is then offered. */
  maximalMs: 10_000,
  followers: 20,
  sampleMs: 5_000,
  warmUpMs: 15_000,
} as const

/**
 * prom-client samples the event-loop delay with a timer of this period. The delay that it reports includes the
 * period.
 */
export const LOOP_SAMPLE_MS = 10

export const STATS_BENCH = {
  sizes: { usual: [10_000, 30_000, 100_000], full: [10_000, 100_000, 1_000_000] },
  /** Many short rounds, because other load on the machine comes in bursts. */
  rounds: 21,
  /** Requests of each kind per round. */
  requests: 5,
} as const
