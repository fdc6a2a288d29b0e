const MiB = 1024 * 1024

/** What this package bounds; each reaches the caller by its name in the error that it causes. */
export const LIMITS = {
  /** How far back the entries of an agent are looked at for sessions that asked nothing: some 20 ms of a reader. */
  unaskedEntries: 10_000,
  /** One transaction's appends: past this a commit's fsync is a small part of the batch, and others wait longer. */
  batchEntries: 1_000,
  /** As `batchEntries`, for large payloads: what crosses to the writer at once. Estimated, in UTF-16 units. */
  batchBytes: 8 * MiB,
  /** Entries waiting to be written, the batch in flight included: about a second of work on a small machine. */
  queueEntries: 20_000,
  /** As `queueEntries`, for large payloads. Estimated, in UTF-16 units. */
  queueBytes: 64 * MiB,
  /** Room of its own for entries that a verdict waits for: no bulk entry can take it. */
  verdictQueueEntries: 4_000,
  verdictQueueBytes: 32 * MiB,
  /** Share of either room that one org may fill: a flood from one must not have the writes of others refused. */
  queueOrgShare: 0.5,
  /** An interactive transaction holds up every append; counted from BEGIN, acted on when it next waits for its caller. */
  transactionMs: 50,
  /** Even one that never waits ends here. */
  transactionWorkMs: 2_000,
  /** Interactive transactions that wait for the writer. */
  transactionsWaiting: 1_000,
  /** Reads of one org that wait for a thread: points and pages, of which each takes about a millisecond. */
  readsWaiting: 2_500,
  /** `readsWaiting` for all orgs together. It bounds memory, since orgs take turns. */
  readsWaitingInAll: 25_000,
  /** Slices of searches of one org that wait: where each takes `searchSliceMs`, the last comes in half the time of a search. */
  searchesWaiting: 50,
  /** `searchesWaiting` for all orgs together. It bounds memory, since orgs take turns. */
  searchesWaitingInAll: 2_000,
  /** SQL texts that a thread keeps prepared; there are as many as there are shapes of queries. */
  preparedStatements: 256,
  /** Ids that one statement lists. */
  statementIds: 500,
  /** How long a search holds a reader at once: others that search take turns. */
  searchSliceMs: 100,
  /** Milliseconds that a search spends on a single entry: ten slices. Then it passes the entry over and says so. */
  searchEntryMs: 1_000,
  /** A search that has held readers for so long waits behind those that have not: three slices. */
  searchLightMs: 300,
  /** Entries that a search may pass over before it ends. */
  searchUndecided: 100,
  /** Deadline in milliseconds of a read that has no partial answer, such as the figures of an overview. */
  readMs: 5_000,
  /** Threads that read get so long to end before the store is closed without them: stopping takes 10 s at most. */
  readersCloseMs: 1_500,
  /** Rows of the first window when a search did not end within one slice; grows and shrinks with what a slice manages. */
  searchWindowRows: 8_192,
  /** Rows of the largest window: to find its end takes some ten milliseconds. */
  searchWindowMost: 262_144,
  /** Fewer entries than this are fetched by the index of what makes them few, and sorted: some ten milliseconds. */
  searchSorted: 2_000,
  /** Entries that the full-text index names: so many are sorted and looked at in some fifty milliseconds. */
  searchCandidates: 10_000,
  /** Of those, in their order: so many are looked at first, then twice as many. */
  searchPlaces: 512,
  /** As `searchCandidates`, for what needs no order: of more, most of the log is read anyway. */
  searchCandidatesUnordered: 250_000,
  /** Ranges that the full-text index does not cover, and that one statement names. */
  searchGaps: 32,
  /** How long a search asks the full-text index before it goes through the log without it, which takes longer still. */
  textPlanMs: 2_000,
  /** Segments of the full-text index that are asked in one request. */
  textPlanSegments: 8,
  /** Entries of an org that wait for the full-text index until there are as many: to look at them takes 5 ms. */
  textIndexLeast: 512,
  /** Entries of one segment of the full-text index: to ask one costs some tenth of a millisecond, to drop one is quick. */
  textSegmentEntries: 131_072,
  /** A segment with so many is closed at midnight, so that a day's entries are let go together. */
  textSegmentDay: 16_384,
  /** A slice of indexing: what `forget` and closing wait for. */
  textSliceMs: 40,
  /** When the thread of the full-text index is gone it is started again after so long, then twice as long, up to the most. */
  textRestartMs: 1_000,
  textRestartMostMs: 5 * 60_000,
  /** Trigrams of one text that are asked for, besides its last, of texts that must all be there, and of all of a query. */
  textTrigramsOfText: 8,
  textTrigramsTogether: 16,
  textTrigrams: 64,
  /** Filtered totals are exact up to here. */
  countedExactly: 10_000,
  /** Fewer entries than this are gone through to be counted; of more, a sample says first whether they are many. */
  goneThrough: 40_000,
  /** Of a sample: places at which it looks, and entries at each. Its error is docs/decisions/0011. */
  samplePlaces: 32,
  sampleNeighbors: 256,
  /** Values share what a sample finds among them: it looks at more places. */
  facetPlaces: 64,
  /** Values of one facet that are told apart; of a field with more, the rarest may be missing from its counts. */
  facetValues: 10_000,
  /** Of the pattern that held, as kept with each match: enough to recognise it; all of it stands in the rule. */
  patternChars: 200,
  /**
   * UTF-16 units of the places and selections of all matches of an entry, as replies repeat them. As JSON they take at most
   * six bytes each; ordinary matches have some hundreds. A match that does not fit is kept without them.
   */
  explanationChars: 512 * 1024,
  /** Versions of one rule that are listed, the newest. */
  versionsListed: 100,
  /** What a slice of removing aims at; the promise is that it never holds the writer for 20 ms, also on a slow disk. */
  backgroundMs: 6,
  /** After a slice, what else waits to be written has the writer for so many times as long. */
  backgroundRest: 3,
  /** After so many rows by day a transaction of appends leaves what is still to be summed up to the next one. */
  rolledRows: 1_000,
  /** Entries or roll-ups that are recounted at once, to begin with: some fifty milliseconds. */
  verifySliceRows: 8_192,
  /** Differences that a recount lists: past this it is clear that something is wrong. */
  findings: 100,
  /** Scopes of an org that no mapper knows and that are told apart: their names are what a reporter sends. */
  unknownScopes: 200,
  /** For how long the entries of a source are counted by minute. */
  recentMinutes: 60,
  /** Interval in milliseconds for checking that the database files are in place while nothing is written. */
  filesEveryMs: 400,
  /** Waiting for a lock on the file that another program (a back-up) holds. */
  busyTimeoutMs: 5_000,
} as const
