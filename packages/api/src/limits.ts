const KiB = 1024
const MiB = 1024 * KiB

/** Every limit that a caller can meet, with its unit in its name; the error that it causes names it. */
export const LIMITS = {
  payloadBytes: 256 * KiB,
  entryBytes: 320 * KiB,
  requestBytes: 8 * MiB, // after inflating
  /** The seed's `/log` must take 200 KiB and answer 413 at 4 MiB. */
  legacyRequestBytes: 2 * MiB, // a payload of 256 KiB written as \uXXXX fits
  /**
   * Bytes of bodies that have arrived and whose request is not finished: what waits before the write queue. The first
   * `bodyFreeBytes` of the one body that a connection is sending do not count, because `connections` bounds them: no
   * flood can keep a small request out.
   */
  bodiesBytes: 128 * MiB,
  bodiesOrgShare: 0.5,
  bodiesCallerShare: 0.25, // of one key or user: one that misbehaves leaves half of the org's room to the others
  bodiesAddressShare: 0.5, // of one network. Loopback and trusted proxies have none: many agents share such an address
  bodyFreeBytes: 16 * KiB,
  /** Room of its own for verdicts and hooks. Here an unfinished body makes way for a new one. */
  verdictBodiesBytes: 64 * MiB,
  verdictBodiesOrgShare: 0.25,
  /** Room for requests without a credential. */
  openBodiesBytes: 8 * MiB,
  openBodiesAddressShare: 0.25,
  signInBytes: 16 * KiB, // of a request to sign in or register: never more than `bodyFreeBytes`, so it always finds room
  bodyMinBytesPerSecond: 4 * KiB, // half of what the slowest mobile networks carry; measured over `bodyWindowMs`
  bodyWindowMs: 10_000, // longer than a radio takes to come back
  headersArrivalMs: 15_000, // includes the wait for the first byte of a new connection
  requestArrivalMs: 120_000, // a request that takes longer to arrive is cut: who sends a byte a minute holds a connection
  connections: 4_096, // past this the longest idle one is closed for a new one
  connectionsReserved: 256, // past `connections` where none is idle: for verdicts, hooks, sign-in and health alone
  connectionsPerAddress: 1_024, // of one network. Loopback and trusted proxies have no such limit
  requestsPerConnection: 64, // sent without waiting for replies; each holds memory until those before it are answered
  inflateRatio: 100, // judged only past `inflateFreeBytes`: 1,000 equal heartbeats compress 208:1
  inflateFreeBytes: 1 * MiB,
  requestEntries: 1_000,
  /** Entries per second that a key or an organization may be allowed, and for how many seconds of them there is room at once. */
  rateLeast: 0.1,
  rateMost: 100_000,
  rateBurstSeconds: 10,
  rateBuckets: 10_000, // remembered at a time; a full one is forgotten first, which changes nothing
  /** Of an OTLP request, which is bounded by its bytes: records after so many are left out, and so are those with more attributes. */
  otlpRecords: 100_000,
  otlpAttributes: 10_000,
  otlpRecordValues: 30_000, // of one record, those in texts of JSON included: reading more holds up others
  otlpRecordEntries: 1_000, // that one record becomes
  otlpDepth: 64, // levels of a value; what lies deeper is cut
  sourceSilentMs: 3600 * 1000, // a source that was not seen for so long is called silent
  senderChars: 256,
  receiverChars: 256,
  contextChars: 256,
  sessionChars: 256,
  sourceIdChars: 128,
  attributeKeys: 64,
  attributeDepth: 4,
  jsonDepth: 64,
  queryChars: 2_000,
  pageRows: 500,
  pageReplyBytes: 8 * MiB, // of the rows of a page or list; what comes after is on the next one
  /** Of any reply that is built in memory, a tRPC batch included: past it the answer is an error that names this limit. */
  replyBytes: 16 * MiB,
  keysListed: 3_000, // API keys of one page: 8 MiB if names are of control characters
  entryMatches: 100, // that are listed with an entry; all are stored, counted, and found by searches
  histogramBuckets: 200,
  facetValues: 100, // of each field
  snippetChars: 400,
  /** Unpaged lists of the seed's clients: cut here with `next_cursor`. */
  legacyListRows: 10_000,
  legacyListBytes: 32 * MiB, // of numbered pages, too
  legacyListsAtOnce: 32, // of an org: each holds a few entries, of which one may have some MiB as JSON
  usernameChars: 128,
  passwordChars: 1_024,
  passwordMinChars: 12,
  orgChars: 128,
  keyNameChars: 100,
  aheadMs: 24 * 3600 * 1000, // a timestamp further in the future is refused
  searchMs: 10_000,
  /** What one follower holds in memory, whichever comes first. */
  sliceEntries: 256,
  sliceBytes: 256 * KiB,
  /** Steps of work on expressions and wildcards that filters of tails do on the event loop, some nanoseconds each. */
  tailEntrySteps: 256 * KiB, // for one entry: one expression reads the largest payload with as many
  tailTurnSteps: 2 * MiB, // of an org in one turn of the loop: some milliseconds; the rest is left to the readers
  tailProgressMs: 5_000, // a reader that hears nothing for longer cannot tell silence from a dead socket
  socketsPerPrincipal: 50,
  sockets: 2_048, // half of `connections`: the rest is for requests
  socketsOrgShare: 0.5,
  socketsWithoutCredential: 256, // a page that nobody has signed in to yet
  tailsPerSocket: 20, // each is a reader of its own with what it holds in memory
  socketMessageBytes: 64 * KiB,
  socketCalls: 256, // of one WebSocket whose replies it has not taken yet
  socketPingMs: 30_000,
  ruleIdChars: 500,
  ruleChars: 512 * KiB, // of one rule: the longest public ones have 200,000 (lists of hashes)
  ruleFileChars: 2 * MiB, // of one imported file, or of the documents of a backtest
  importProblems: 20_000, // of one request
  problemChars: 1_000, // of each text of a problem, which may quote all of a rule
  relatedRules: 1_000, // filters, correlations and references that are listed with a rule, of each
  importSources: 1_000, // files of one request; several requests may be one import
  /** Own and imported documents of an org, and their characters together: the whole public corpus is 3,780 and 12 MiB. */
  orgRules: 10_000,
  orgRulesChars: 64 * MiB,
  pageRules: 1_000,
  triedRules: 20, // at a time, each with its explanation
  filterConditions: 10,
  filterFieldChars: 256,
  filterValueChars: 4_096,
  fileNameChars: 1_024,
  filterPreviewDays: 7,
  filterPreviewMatches: 5_000, // that are looked at, the newest
  /** Work on rules runs in threads. The time counts from when a thread begins; past it the thread is ended. */
  ruleCheckMs: 5_000,
  ruleTryMs: 10_000,
  ruleSaveMs: 5_000,
  ruleImportMs: 60_000, // of one request: 8 MiB of ordinary rules take 10 s on one slow core
  ruleLoadMs: 10_000, // of stored rules, 64 at a time
  backtestStepMs: 10_000, // compiling the rules, or judging one page: 200 entries or 2 MiB
  ruleJobsWaiting: 16, // of an org and sort; past it the caller is told to come back
  ruleJobWaitMs: 10_000, // for a thread
  ruleReplays: 6, // backtests and previews at once, over all orgs; they take turns
  ruleValues: 10_000, // of a stored rule: compiling 20,000 holds the event loop for half a second on a slow machine
  backtestEntries: 5_000_000,
  backtestMs: 15 * 60_000,
  backtestsAtOnce: 2, // of an org: each takes a part of the one core that also judges
  exportsAtOnce: 4, // of an org: each reads without a pause
  exportIdleMs: 10 * 60_000, // an export whose reader takes nothing for so long is cut: it holds a connection and a page of entries
  retentionDays: 36_500,
  retentionLeastBytes: 1 * MiB,
  retentionCounted: 1_000_000, // entries that a change of retention would remove; past this it is "more than"
  erasureCounted: 100_000, // entries that an erasure has still to remove
  erasuresListed: 50, // the newest
  erasuresWaiting: 100, // of an org: they are worked off one after the other
  verdictRules: 1_000, // that a verdict policy names
  verdictAgents: 1_000,
  verdictBudgetMs: 10_000,
  verdictStoreMs: 1_000, // an answer waits so long for its entry to be stored: hooks give up after two seconds
  verdictTitleChars: 200, // of a rule's title or id in a reason
  accessTokenMinutes: 30,
  refreshTokenDays: 30,
  /** Of our own MCP server: what a model asks about the log. */
  mcpRows: 50,
  mcpListChars: 200, // of a payload in a list
  mcpPayloadChars: 20_000, // of a payload at a time
  mcpRequestBytes: 1 * MiB, // a rule's text fits, written as \uXXXX unless it is of the longest
  mcpCallMs: 12_000, // a search ends at `searchMs` with what it has; past this its caller is told to narrow it
  mcpBacktestEntries: 20_000,
  mcpBacktestMs: 8_000,
  mcpBacktestDays: 7,
  mcpRecordedChars: 1_000, // of the arguments of a call, in the entry that records it
  mcpNameChars: 512, // of an MCP server, as whoever runs the proxy names it
  mcpTargetChars: 4_096, // its command line or address
  mcpEntries: 100, // of one report of the proxy
  mcpNames: 10_000, // of one list
  mcpDefinitionChars: 1_000, // of the name of a definition: of longer ones the beginning and a hash stand for the whole
  mcpPins: 2_000, // versions of definitions of one MCP server; what comes after is judged and not pinned
  mcpWaiting: 8, // versions of one definition that nobody approved: the oldest goes
  mcpPinChars: 64 * KiB, // of a pinned definition, for the diff; its hash is over all of it
  mcpPinsListed: 1_000,
  mcpDiffChars: 4_000,
  mcpRecordedAMinute: 60, // calls of an org: who may only read must not fill its log
  signInFailures: 4, // wrong passwords of a user from one network or device that cost nothing: people mistype
  signInNetworkFailures: 40, // wrong passwords from one network, whatever the user; an office behind one address mistypes less
  signInNetworkRefillMs: 6_000, // after which one more of those may be tried
  signInsWaiting: 64, // of one user or network, until it is known whether those before them fail
  passwordsWaiting: 1_024, // to be checked or set, of strangers and of known users each
  passwordsWaitingOfNetwork: 128,
  signInHours: 12, // a browser's sign-in ends when unused for so long
} as const

export type LimitName = keyof typeof LIMITS
