const KiB = 1024
const MiB = 1024 * KiB

/** Every limit that a caller can reach. Its name includes its unit, and the error that it causes names it. */
export const LIMITS = {
  payloadBytes: 256 * KiB,
  entryBytes: 320 * KiB,
  requestBytes: 8 * MiB, // after decompression
  /** The legacy `/log` must accept 200 KiB and answer 413 at 4 MiB. */
  legacyRequestBytes: 2 * MiB, // fits a payload of 256 KiB written as \uXXXX escapes
  /**
   * Total body bytes that unfinished requests hold, before the write queue. The first `bodyFreeBytes` of the body that
   * a connection is sending do not count, because `connections` bounds them. A flood therefore cannot block a small
   * request.
   */
  bodiesBytes: 128 * MiB,
  bodiesOrgShare: 0.5,
  bodiesCallerShare: 0.25, // per key or user, so that one that misbehaves leaves half of the org's share to the others
  bodiesAddressShare: 0.5, // per network, except loopback and trusted proxies, which many agents share
  bodyFreeBytes: 16 * KiB,
  /** Separate pool for verdicts and hooks. When it is full, the body that has been arriving longest is dropped. */
  verdictBodiesBytes: 64 * MiB,
  verdictBodiesOrgShare: 0.25,
  /** Separate pool for requests without a credential. */
  openBodiesBytes: 8 * MiB,
  openBodiesAddressShare: 0.25,
  signInBytes: 16 * KiB, // for sign-in and registration; at most `bodyFreeBytes`, so these bodies never count
  bodyMinBytesPerSecond: 4 * KiB, // half the rate of the slowest mobile networks, measured over `bodyWindowMs`
  bodyWindowMs: 10_000, // longer than a mobile connection needs to recover
  headersArrivalMs: 15_000, // includes the wait for the first byte of a new connection
  requestArrivalMs: 120_000, // a slower request is cut, because it would hold its connection
  connections: 4_096, // beyond this, a new one closes the one that has been idle longest
  connectionsReserved: 256, // beyond `connections` if none is idle; only for verdicts, hooks, sign-in and health
  connectionsPerAddress: 1_024, // per network, except loopback and trusted proxies
  requestsPerConnection: 64, // pipelined; each holds memory until the earlier ones are answered
  inflateRatio: 100, // checked only beyond `inflateFreeBytes`, because 1,000 equal heartbeats compress 208:1
  inflateFreeBytes: 1 * MiB,
  requestEntries: 1_000,
  /** The rate limit of a key or an organization: range in entries per second, and burst in seconds of the rate. */
  rateLeast: 0.1,
  rateMost: 100_000,
  rateBurstSeconds: 10,
  rateBuckets: 10_000, // remembered at a time; a full bucket is dropped first, which changes nothing
  /** Limits of an OTLP request besides its bytes. Records beyond `otlpRecords` or `otlpAttributes` are left out. */
  otlpRecords: 100_000,
  otlpAttributes: 10_000,
  otlpRecordValues: 30_000, // per record, including values in JSON text; reading more would delay others
  otlpRecordEntries: 1_000, // that one record gives
  otlpDepth: 64, // levels of a value; deeper ones are cut
  sourceSilentMs: 3600 * 1000, // a source that was not seen for this long is shown as silent
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
  pageReplyBytes: 8 * MiB, // of the rows of a page or list; the others are on the next page
  /** Any reply that is built in memory, including a tRPC batch. A larger one becomes an error that names this limit. */
  replyBytes: 16 * MiB,
  keysListed: 3_000, // API keys per page; 8 MiB if all names are control characters
  entryMatches: 100, // listed with an entry; all are stored, counted, and found by searches
  histogramBuckets: 200,
  facetValues: 100, // per field
  snippetChars: 400,
  /** Unpaged lists for legacy clients are cut here, with `next_cursor`. */
  legacyListRows: 10_000,
  legacyListBytes: 32 * MiB, // also for numbered pages
  legacyListsAtOnce: 32, // per org; each holds a few entries, and one can have several MiB as JSON
  usernameChars: 128,
  passwordChars: 1_024,
  passwordMinChars: 12,
  orgChars: 128,
  keyNameChars: 100,
  aheadMs: 24 * 3600 * 1000, // a timestamp further in the future is refused
  searchMs: 10_000,
  /** Entries that one follower holds in memory, up to whichever limit is reached first. */
  sliceEntries: 256,
  sliceBytes: 256 * KiB,
  /** Steps that tail filters spend on expressions and wildcards on the event loop, a few nanoseconds each. */
  tailEntrySteps: 256 * KiB, // per entry; enough for one expression over the largest payload
  tailTurnSteps: 2 * MiB, // per org and turn of the loop, a few milliseconds; the readers do the rest
  tailProgressMs: 5_000, // a client that hears nothing for longer cannot tell silence from a dead socket
  socketsPerPrincipal: 50,
  sockets: 2_048, // half of `connections`; the rest is for requests
  socketsOrgShare: 0.5,
  socketsWithoutCredential: 256, // such as a page before sign-in
  tailsPerSocket: 20, // each is a separate reader with its own memory
  socketMessageBytes: 64 * KiB,
  socketCalls: 256, // per WebSocket, until their replies are received
  socketPingMs: 30_000,
  ruleIdChars: 500,
  ruleChars: 512 * KiB, // per rule; the longest public ones have 200,000 (lists of hashes)
  ruleFileChars: 2 * MiB, // per imported file, or for the documents of a backtest
  importProblems: 20_000, // per request
  problemChars: 1_000, // per text of a problem, which can quote a whole rule
  relatedRules: 1_000, // filters, correlations and references listed with a rule, each
  importSources: 1_000, // files per request; an import can have several requests
  /** Custom and imported documents per org, and their total characters. The public corpus has 3,780 and 12 MiB. */
  orgRules: 10_000,
  orgRulesChars: 64 * MiB,
  pageRules: 1_000,
  triedRules: 20, // at a time, each with an explanation
  filterConditions: 10,
  filterFieldChars: 256,
  filterValueChars: 4_096,
  fileNameChars: 1_024,
  filterPreviewDays: 7,
  filterPreviewMatches: 5_000, // the newest
  /** Work on rules runs in threads. Each limit counts from the start of the job. A thread that exceeds it is ended. */
  ruleCheckMs: 5_000,
  ruleTryMs: 10_000,
  ruleSaveMs: 5_000,
  ruleImportMs: 60_000, // per request; 8 MiB of ordinary rules take 10 s on one slow core
  ruleLoadMs: 10_000, // of stored rules, 64 at a time
  backtestStepMs: 10_000, // to compile the rules, or to judge one page of 200 entries or 2 MiB
  ruleJobsWaiting: 16, // per org and kind; beyond it, callers must retry later
  ruleJobWaitMs: 10_000, // for a free thread
  ruleReplays: 6, // concurrent backtests and previews over all orgs, scheduled fairly
  ruleValues: 10_000, // per stored rule; compiling 20,000 blocks the event loop for half a second on a slow machine
  backtestEntries: 5_000_000,
  backtestMs: 15 * 60_000,
  backtestsAtOnce: 2, // per org; each uses part of the core that also judges
  exportsAtOnce: 4, // per org; each reads without pauses
  exportIdleMs: 10 * 60_000, // an export without a read for this long is cut, because it holds a connection and a page
  retentionDays: 36_500,
  retentionLeastBytes: 1 * MiB,
  retentionCounted: 1_000_000, // entries that a change of retention would remove; beyond this, it is "more than"
  erasureCounted: 100_000, // entries that an erasure still has to remove
  erasuresListed: 50, // the newest
  erasuresWaiting: 100, // per org; they are processed sequentially
  verdictRules: 1_000, // in a verdict policy
  verdictAgents: 1_000,
  verdictBudgetMs: 10_000,
  verdictStoreMs: 1_000, // a reply waits this long for its entry to be stored; hooks give up after two seconds
  verdictTitleChars: 200, // of a rule's title or id in a reason
  verdictWordsChars: 80, // of the matched words in a reason
  allowOnceMs: 10 * 60_000, // in which a blocked call that a person allowed once can be repeated
  pauseMs: 15 * 60_000, // of enforcement for an agent
  heldCalls: 10_000, // per org, blocked or asked about, that can be allowed and whose results are recognized
  heldCallMs: 24 * 3600 * 1000, // for so long
  heldCallStoredMs: 30 * 24 * 3600 * 1000, // after that, it is no longer stored who allowed a call
  accessTokenMinutes: 30,
  refreshTokenDays: 30,
  /** Limits of the built-in MCP server, which models use to query the log. */
  mcpRows: 50,
  mcpListChars: 200, // of a payload in a list
  mcpPayloadChars: 20_000, // of a payload at a time
  mcpRequestBytes: 1 * MiB, // fits the text of a rule, and of all but the longest as \uXXXX escapes
  mcpCallMs: 12_000, // a search returns its results at `searchMs`; after this, the error asks to narrow it
  mcpBacktestEntries: 20_000,
  mcpBacktestMs: 8_000,
  mcpBacktestDays: 7,
  mcpRecordedChars: 1_000, // of the arguments of a call in the entry that records it
  mcpNameChars: 512, // of an MCP server, as the operator of the proxy names it
  mcpTargetChars: 4_096, // command line or address of an MCP server
  mcpEntries: 100, // per report of the proxy
  mcpNames: 10_000, // per list
  mcpDefinitionChars: 1_000, // of the name of a definition; a longer one becomes its beginning and a hash
  mcpPins: 2_000, // definition versions per MCP server; further ones are judged but not pinned
  mcpWaiting: 8, // unapproved versions per definition; the oldest is dropped
  mcpPinChars: 64 * KiB, // of a pinned definition, for the diff; the hash covers all of it
  mcpPinsListed: 1_000,
  mcpDiffChars: 4_000,
  mcpRecordedAMinute: 60, // calls per org, so that a caller with read access cannot fill its log
  signInFailures: 4, // wrong passwords of a user from one network or device without a delay, for typing errors
  signInNetworkFailures: 40, // wrong passwords from one network, for all users; an office behind one address has fewer
  signInNetworkRefillMs: 6_000, // time until one more of those is allowed
  signInsWaiting: 64, // per user or network, until it is known whether the earlier ones fail
  passwordsWaiting: 1_024, // to be checked or set; separately for strangers and for known users
  passwordsWaitingOfNetwork: 128,
  signInHours: 12, // a browser's sign-in expires when unused for this long
} as const

export type LimitName = keyof typeof LIMITS
