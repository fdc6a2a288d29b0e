/** Sizes and durations of the benchmarks. Short, so that all of them take a few minutes; medians make up for it. */
export const BENCH = {
  /** A B A B …: how often each side is measured. Odd, so that a median is one that was measured. */
  rounds: 5,
  /** What is measured of each side in a round. */
  segmentMs: 3_000,
  /** Before the first round: compilers and caches get warm. */
  warmUpMs: 4_000,
  /** A run at one of several sizes. */
  sizeMs: 2_000,
  singleConnections: 64,
  batchConnections: 4,
  batchEntries: 500,
  /** Distinct entries that a load sends, over and over with new ids. */
  distinctSingles: 4_096,
  distinctEntries: 20_000,
  /** How often the time to ready is asked for, and how long a server may take. */
  readyPollMs: 5,
  readyAtMostMs: 60_000,
  /** A server that has been ready for so long is called idle. */
  idleMs: 3_000,
} as const

/** The benchmark of rules, which has many sides, each measured for a short while. */
export const RULES_BENCH = {
  /** How many rules; the last is the size of SigmaHQ's repository. */
  sizes: [10, 100, 1_000, 3_700],
  /** Distinct events of a mix. */
  events: 600,
  rounds: 3,
  segmentMs: 500,
  /** New processes that read and compile all rules. */
  loads: 3,
  /** Events on which answers are compared: those of the loop, and those of the peers, which take long. */
  compared: { own: 400, peers: 100 },
} as const

export const JUDGE_BENCH = {
  /** Characters of a payload. The first and the last are those that have an aim. */
  sizes: [300, 1_600, 8_192],
  rounds: 5,
  segmentMs: 500,
} as const

export const CORRELATE_BENCH = {
  /** Live groups of all correlations together. */
  sizes: [1_000, 10_000, 100_000],
  rounds: 5,
  /** Entries of a round. */
  entries: 60_000,
} as const

export const REGEX_BENCH = {
  sizes: [1_000, 10_000, 100_000, 1_000_000],
  rounds: 9,
  /** A shorter search is repeated for as long. */
  leastMs: 20,
  /** After this JavaScript's own expressions are stopped. */
  javascriptMs: 1_000,
} as const

export const FANOUT_BENCH = {
  principals: 5,
  /** Of each principal. */
  sockets: 40,
  entriesPerSecond: 1_000,
  connections: 64,
  /** Until the heap has found the size that it keeps; what grows afterwards is held by somebody. */
  warmUpMs: 15_000,
  ms: 20_000,
  fullMs: 120_000,
  reconnectMs: 1_000,
  pollMs: 20,
  /** Until everybody has everything, the stalled one too. */
  drainAtMostMs: 60_000,
} as const

export const ACK_BENCH = { entriesPerSecond: 2_000, connections: 128, rounds: 3, ms: 8_000 } as const

/** `chars`: of a payload that is judged by itself. */
export const VERDICT_BENCH = {
  entriesPerSecond: 500,
  connections: 32,
  rounds: 3,
  ms: 8_000,
  chars: [300, 8_192],
  judged: 4_000,
} as const

export const NEIGHBORS_BENCH = {
  warmUpMs: 4_000,
  aloneMs: 4_000,
  attackMs: 15_000,
  /** The interval at which B repeats each operation. */
  intervalMs: 40,
  /** A tail that has not brought an entry after so long has failed. */
  deliveryMs: 10_000,
  /** Connections of A that send. Each sends its requests sequentially. */
  connections: 4,
  /** Connections of A that search and read. */
  readingConnections: 12,
  idleBodies: 64,
  guessers: 100,
  /** In B's log before it is measured, and which of them have the word that it searches for. */
  entriesBefore: 1_000,
  oneSearchedIn: 10,
} as const
export const NEIGHBORS_PASSWORD = 'a long password of a benchmark'

export const FILL = {
  spanMs: 7 * 24 * 3600 * 1000,
  batchEntries: 500,
  /** Batches under way: judged while the ones before are written. */
  underWay: 4,
} as const

export const SEARCH_BENCH = {
  sizes: [10_000, 30_000, 100_000],
  fullSizes: [10_000, 100_000, 1_000_000],
  rounds: 15,
  /** Of each side before the first round: caches get warm. */
  warmUps: 3,
  pageEntries: 100,
  /** How often each way to write a search as SQL is timed before the quickest is taken. */
  waysTried: 7,
  /** A page far behind the first. */
  page: 1_000,
  /** Entries in which words are looked for to search with, evenly spread. */
  sampled: 5_000,
} as const

export const SOAK_BENCH = {
  minutes: 10,
  /** The maximal rate is measured for so long; half of it is then offered. */
  maximalMs: 10_000,
  followers: 20,
  sampleMs: 5_000,
  warmUpMs: 15_000,
} as const

/** prom-client samples the delay of the event loop with a timer of this period, and what it reports holds the period. */
export const LOOP_SAMPLE_MS = 10

export const STATS_BENCH = {
  sizes: { usual: [10_000, 30_000, 100_000], full: [10_000, 100_000, 1_000_000] },
  /** Many short ones: what else the machine does comes in bursts. */
  rounds: 21,
  /** Of each kind, in a round. */
  requests: 5,
} as const
