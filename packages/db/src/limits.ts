const MiB = 1024 * 1024

/** The limits of this package. An error caused by a limit contains its name. */
export const LIMITS = {
  /** Entries of an agent to search for sessions that requested no verdict: about 20 ms of a reader. */
  unaskedEntries: 10_000,
  /** Entries per transaction. A larger batch would save little fsync time per entry, and others would wait longer. */
  batchEntries: 1_000,
  /** As `batchEntries`, for large payloads. Estimated, in UTF-16 units. */
  batchBytes: 8 * MiB,
  /** Entries in the write queue, including the batch in flight: about a second of work on a small machine. */
  queueEntries: 20_000,
  /** As `queueEntries`, for large payloads. Estimated, in UTF-16 units. */
  queueBytes: 64 * MiB,
  /** The same as `queueEntries`, for the separate queue of entries that a verdict waits for. */
  verdictQueueEntries: 4_000,
  verdictQueueBytes: 32 * MiB,
  /** Share of each queue that one org can fill, so that a flood from one org does not block the writes of others. */
  queueOrgShare: 0.5,
  /** Milliseconds from BEGIN that a transaction can block appends. Enforced when it next waits for its caller. */
  transactionMs: 50,
  /** Milliseconds after which even a transaction that never waits is rolled back. */
  transactionWorkMs: 2_000,
  /** Interactive transactions queued for the writer. */
  transactionsWaiting: 1_000,
  /** Queued interactive reads of one org: lookups and pages, each about a millisecond. */
  readsWaiting: 2_500,
  /** As `readsWaiting`, for all orgs together. It limits memory; the queue itself is fair. */
  readsWaitingInAll: 25_000,
  /** Queued search slices of one org. At `searchSliceMs` each, the last one starts within half of a search's time. */
  searchesWaiting: 50,
  /** As `searchesWaiting`, for all orgs together. It limits memory; the queue itself is fair. */
  searchesWaitingInAll: 2_000,
  /** Prepared statements cached per thread, one for each shape of query. */
  preparedStatements: 256,
  /** Ids in one statement. */
  statementIds: 500,
  /** Milliseconds that a search holds a reader before other searches get it. */
  searchSliceMs: 100,
  /** Milliseconds (ten slices) that a search spends on a single entry before it skips the entry and reports it. */
  searchEntryMs: 1_000,
  /** Milliseconds (three slices) of reader time after which a search counts as heavy. */
  searchLightMs: 300,
  /** Entries that a search can skip before it ends. */
  searchUndecided: 100,
  /** Deadline in milliseconds of a read without partial results, such as the figures of an overview. */
  readMs: 5_000,
  /** Milliseconds that `close` waits for reader threads to end; the server must stop within 10 s. */
  readersCloseMs: 1_500,
  /** Rows of the first window if a search does not end within one slice. Later windows adapt to its pace. */
  searchWindowRows: 8_192,
  /** Rows of the largest window. Finding its end takes about 10 ms. */
  searchWindowMost: 262_144,
  /** Fewer entries than this are fetched by the most selective index and sorted: about 10 ms. */
  searchSorted: 2_000,
  /** Candidates from the full-text index to sort and test: about 50 ms. */
  searchCandidates: 10_000,
  /** Sorted candidates in the first window of a search. */
  searchPlaces: 512,
  /** As `searchCandidates`, for searches without an order. With more, most of the log must be read anyway. */
  searchCandidatesUnordered: 250_000,
  /** Ranges not covered by the full-text index that one statement can list. */
  searchGaps: 32,
  /** Milliseconds that a search queries the full-text index before it scans the log, which takes even longer. */
  textPlanMs: 2_000,
  /** Segments of the full-text index queried per request. */
  textPlanSegments: 8,
  /** New entries of an org that are indexed together. Until then, scanning them takes at most 5 ms. */
  textIndexLeast: 512,
  /** Entries per segment of the full-text index. Querying a segment takes about 0.1 ms, and dropping one is quick. */
  textSegmentEntries: 131_072,
  /** A segment with this many entries is closed at midnight, so that a day's entries can be dropped together. */
  textSegmentDay: 16_384,
  /** Milliseconds per slice of indexing. `forget` and `close` wait this long. */
  textSliceMs: 40,
  /** First and maximum back-off, in milliseconds, before the thread of the full-text index is restarted. */
  textRestartMs: 1_000,
  textRestartMostMs: 5 * 60_000,
  /** Trigrams queried for one text (besides its last), for texts that are all required, and for a whole query. */
  textTrigramsOfText: 8,
  textTrigramsTogether: 16,
  textTrigrams: 64,
  /** Filtered totals are exact up to this number. */
  countedExactly: 10_000,
  /** Up to this many entries are counted by a scan. For more, a sample first estimates the count. */
  goneThrough: 40_000,
  /** Points of a sample, and entries read at each. docs/decisions/0011 derives its error. */
  samplePlaces: 32,
  sampleNeighbors: 256,
  /** Points of a sample for facets. It needs more, because the values share the sampled entries. */
  facetPlaces: 64,
  /** Distinct values counted per facet. If a field has more, its rarest values may be missing. */
  facetValues: 10_000,
  /** UTF-16 units of the pattern stored with each match, enough to recognize it. The rule has the whole pattern. */
  patternChars: 200,
  /**
   * UTF-16 units of the places and selections of all matches of an entry, which replies repeat. As JSON, each takes at
   * most six bytes; ordinary matches have a few hundred. A match that does not fit is stored without them.
   */
  explanationChars: 512 * 1024,
  /** The newest versions of one rule to list. */
  versionsListed: 100,
  /** Target milliseconds of a removal slice, which must never hold the writer for 20 ms, even on a slow disk. */
  backgroundMs: 6,
  /** After a background slice, other queued writes get the writer for this many times as long. */
  backgroundRest: 3,
  /** Rows by day that one transaction of appends rolls up. The next transaction continues. */
  rolledRows: 1_000,
  /** Entries or roll-ups in the first slice of a recount: about 50 ms. */
  verifySliceRows: 8_192,
  /** Differences that a check lists. */
  findings: 100,
  /** Distinct scopes without a mapper to store per org, because reporters choose their names. */
  unknownScopes: 200,
  /** Minutes for which a source's entries are counted by minute. */
  recentMinutes: 60,
  /** Interval in milliseconds for checking that the database files are in place while nothing is written. */
  filesEveryMs: 400,
  /** Milliseconds to wait for a lock on the file that another program (a back-up) holds. */
  busyTimeoutMs: 5_000,
} as const
