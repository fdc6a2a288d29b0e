import type { Mutant } from './mutant.ts'

const server = (file: string, ...more: readonly string[]) => ['--project', 'server', file, ...more]
const rules = (...files: readonly string[]) => ['--project', 'rules', ...files]
const db = (...files: readonly string[]) => ['--project', 'db', ...files]

const HTTP = 'apps/server/src/http/requests'
const AUTH = 'apps/server/src/auth'
const TAIL = 'apps/server/src/tail'
const REDACT = 'packages/rules/src/redact'
const SQLITE = 'packages/db/src/dialect/sqlite'

const AUTHORIZATION: readonly Omit<Mutant, 'area'>[] = [
  {
    file: 'packages/db/src/stores/api-key-store.ts',
    find: `.set((eb) => ({ revoked_at: eb.fn.coalesce('revoked_at', eb.val(at)) }))
      .where('org', '=', org)`,
    replace: `.set((eb) => ({ revoked_at: eb.fn.coalesce('revoked_at', eb.val(at)) }))`,
    fault: 'A manager can revoke an API key of another organization.',
    tests: server('test/access-walk', '-t', 'apiKeys.revoke'),
  },
  {
    file: 'packages/db/src/stores/api-key-store.ts',
    find: `.set({ entries_per_second: entriesPerSecond })
      .where('org', '=', org)`,
    replace: `.set({ entries_per_second: entriesPerSecond })`,
    fault: 'A manager can set the rate of an API key of another organization.',
    tests: server('test/access-walk', '-t', 'of another org is the same as for one that does not exist'),
  },
  {
    file: 'packages/db/src/stores/identity-store.ts',
    find: `
      .where('sign_ins.expires_at', '>', now)`,
    replace: '',
    fault: 'A browser stays signed in after its sign-in has expired.',
    tests: server('test/credentials', '-t', 'a browser'),
  },
  {
    file: 'packages/api/src/access.ts',
    find: `'erasures.all': { roles: ['owner'],`,
    replace: `'erasures.all': { roles: ['owner', 'admin'],`,
    fault: 'An admin can erase the whole log.',
    tests: server('test/erasures', '-t', 'only an owner can erase|a request must name'),
  },
  {
    file: 'packages/api/src/access.ts',
    find: `const TOKEN_SCOPES: readonly Scope[] = ['ingest', 'read']`,
    replace: `const TOKEN_SCOPES: readonly Scope[] = ['ingest', 'read', 'verdict']`,
    fault: 'An access token can ask for verdicts.',
    tests: server('test/access-walk', '-t', 'verdicts.check admits'),
  },
  {
    file: `${HTTP}/callers.ts`,
    find: `['foreign', 'allowed'].includes(gate.origin(request.headers))`,
    replace: `['foreign'].includes(gate.origin(request.headers))`,
    fault: 'The cookie of a browser counts for pages of another, allowed origin.',
    tests: server('test/credentials', '-t', 'of another origin is not authenticated'),
  },
  {
    file: `${HTTP}/callers.ts`,
    find: `if (forwarded !== undefined || gate.origin(`,
    replace: `if (gate.origin(`,
    fault: 'Requests that a proxy forwards are of the anonymous organization.',
    tests: server('test/credentials', '-t', 'an anonymous org'),
  },
  {
    file: 'apps/server/src/ingest/reporter.ts',
    find: `beginning === null ? sender === name : sender.startsWith(beginning)`,
    replace: `sender.startsWith(beginning ?? name)`,
    fault: 'A key bound to one sender reports as every sender whose name begins with it.',
    tests: server('src/ingest/reporter.test'),
  },
  {
    file: `${AUTH}/identities.ts`,
    find: `(one) => one.orgName === claims.org`,
    replace: `() => true`,
    fault: 'An access token counts for an organization that it does not name.',
    tests: server('src/auth/identities'),
  },
  {
    file: `${AUTH}/identities.ts`,
    find: `      keys.forget()
`,
    replace: '',
    fault: 'A remembered API key works on after its revocation.',
    tests: server('src/auth/identities'),
  },
]

const REDACTION: readonly Omit<Mutant, 'area'>[] = [
  {
    file: `${REDACT}/redact.ts`,
    find: `if (found.length > 0) masking.namesMasked = true`,
    replace: '',
    fault: 'The name of a JSON member that is a secret stays in the pointers of places.',
    tests: rules('test/redact'),
  },
  {
    file: `${REDACT}/redact.ts`,
    find: `edits.toSorted((a, b) => a.start - b.start)`,
    replace: `edits`,
    fault: 'Masks are applied in the order of finding, so that names after values garble the text.',
    tests: rules('test/redact'),
  },
  {
    file: `${REDACT}/redact.ts`,
    find: `const FIELDS = ['sender', 'receiver', 'session', 'context',`,
    replace: `const FIELDS = ['sender', 'receiver', 'context',`,
    fault: 'The session is not masked.',
    tests: rules('test/redact'),
  },
  {
    file: `${REDACT}/decode-text.ts`,
    find: `const MAX_ROUNDS = 4`,
    replace: `const MAX_ROUNDS = 1`,
    fault: 'Escapes within escapes are not decoded.',
    tests: rules('test/redact', 'test/secret-context'),
  },
  {
    file: `${REDACT}/decode-text.ts`,
    find: `return (begins[escape] ?? Infinity) < position ? (sources[escape] ?? 0) : start + 1`,
    replace: `return start + 1`,
    fault: 'A mask ends inside the escape that the secret ends with.',
    tests: rules('test/redact', 'test/secret-context'),
  },
  {
    file: `${REDACT}/find-secrets.ts`,
    find: `if (suspected?.isEncoded === false) return merged(runs)`,
    replace: `if (suspected !== null) return merged(runs)`,
    fault: 'Judging does not decode a text that the index already looked at.',
    tests: rules('test/redact', 'test/secret-context'),
  },
  {
    file: `${REDACT}/find-secrets.ts`,
    find: `    else if (run.end > last.end) kept[kept.length - 1] = { ...last, end: run.end }
`,
    replace: '',
    fault: 'Of two overlapping secrets the end of the second one stays.',
    tests: rules('test/redact', 'test/secret'),
  },
  {
    file: `${REDACT}/find-secrets.ts`,
    find: `from = found.next`,
    replace: `from = text.length`,
    fault: 'Only the first secret of a format is masked in a text.',
    tests: rules('test/redact', 'test/secret'),
  },
  {
    file: `${REDACT}/placeholder.ts`,
    find: `&& words.every(isPlain)`,
    replace: `&& words.some(isPlain)`,
    fault: 'A key with a word such as `example` attached counts as a placeholder.',
    tests: rules('test/redact', 'test/secret-context'),
  },
  {
    file: 'apps/server/src/ingest/judge-parsed.ts',
    find: `if (maskText(sourceId) === sourceId) return sourceId`,
    replace: `if (maskText(sourceId) !== '') return sourceId`,
    fault: 'An id that holds a secret is stored as it came.',
    tests: server('test/redaction'),
  },
  {
    file: 'apps/server/src/ingest/judge-parsed.ts',
    find: `{ service: maskText(service) }`,
    replace: `{ service }`,
    fault: 'The service of a log source is not masked.',
    tests: server('test/redaction'),
  },
]

const BOUNDS: readonly Omit<Mutant, 'area'>[] = [
  {
    file: `${HTTP}/bodies.ts`,
    find: `    if (load.freeBytes > 0) usingFreeBytes.delete(load.socket)
`,
    replace: '',
    fault: 'Only the first request of a connection has free bytes.',
    tests: server('src/http/requests/bodies.test'),
  },
  {
    file: `${HTTP}/bodies.ts`,
    find: `} else if (arrival.isLate) cut(load, arrival, 'body_too_slow', tooSlow())
      else arrival.isLate = true`,
    replace: `} else cut(load, arrival, 'body_too_slow', tooSlow())`,
    fault: 'One stall of the process cuts every body that is arriving.',
    tests: server('src/http/requests/bodies.test'),
  },
  {
    file: 'apps/server/src/ingest/read-body.ts',
    find: `if (inflated !== body) hold(inflated.length)`,
    replace: '',
    fault: 'What a compressed body inflates to does not count.',
    tests: server('test/bodies', '-t', 'the decompressed size of a body'),
  },
  {
    file: 'apps/server/src/ws/socket-counts.ts',
    find: `if ((counts.get(name) ?? 0) >= allowed)`,
    replace: `if ((counts.get(name) ?? 0) > allowed)`,
    fault: 'One WebSocket more than the limit can be open.',
    tests: server('src/ws/socket-counts'),
  },
  {
    file: 'apps/server/src/ws/sockets.ts',
    find: `return { [Symbol.dispose]: () => void held-- }`,
    replace: `return { [Symbol.dispose]() {} }`,
    fault: 'A tail that ended makes no room for the next one of its connection.',
    tests: server('test/tail.test', '-t', 'can have 20 tails each'),
  },
  {
    file: `${HTTP}/connections.ts`,
    find: `    if (left > 0) ofNetwork.set(network, left)
    else ofNetwork.delete(network)`,
    replace: '',
    fault: 'Connections that were closed count for their network forever.',
    tests: server('src/http/requests/connections'),
  },
  {
    file: `${AUTH}/sign-in-attempts.ts`,
    find: `lane.failures + lane.pending >= LIMITS.signInFailures`,
    replace: `lane.failures >= LIMITS.signInFailures`,
    fault: 'Guesses that come together are not counted before they are checked.',
    tests: server('src/auth/sign-in-attempts'),
  },
  {
    file: `${AUTH}/sign-in-attempts.ts`,
    find: `if (outcome !== 'wrong') network.level = Math.max(0, network.level - 1)`,
    replace: '',
    fault: 'Right passwords use up the limit of a network.',
    tests: server('src/auth/sign-in-attempts'),
  },
  {
    file: 'packages/flow/src/line.ts',
    find: `line.size > longest.size ? line`,
    replace: `line.size < longest.size ? line`,
    fault: 'A full queue of passwords refuses one of the network that waits least.',
    tests: server('src/auth/password-queue'),
  },
  {
    file: 'apps/server/src/ingest/token-buckets.ts',
    find: `return Math.min(burst, tokens + ((nowMs - atMs) * perSecond) / 1000)`,
    replace: `return tokens + ((nowMs - atMs) * perSecond) / 1000`,
    fault: 'A key that pauses saves up more than its burst.',
    tests: server('src/ingest/token-buckets'),
  },
]

const TAILS: readonly Omit<Mutant, 'area'>[] = [
  {
    file: `${TAIL}/read-shared.ts`,
    find: `(one) => one.org === org && one.after <= after`,
    replace: `(one) => one.after <= after`,
    fault: 'A follower is shown what was read for another organization.',
    tests: server('test/tail-reads', '-t', 'a shared read always equals'),
  },
  {
    file: `${TAIL}/read-shared.ts`,
    find: `if (slice.items.length > 0 && orgs.get(org) === own) kept`,
    replace: `if (slice.items.length > 0) kept`,
    fault: 'A read that was under way when entries were removed is shown from memory afterwards.',
    tests: server('test/tail-reads', '-t', 'removed during a read'),
  },
  {
    file: `${TAIL}/read-shared.ts`,
    find: `item.seq > after ? [item] : []`,
    replace: `item.seq >= after ? [item] : []`,
    fault: 'A follower that shares a read gets the last entry twice.',
    tests: server('test/tail-reads', '-t', 'a shared read always equals'),
  },
  {
    file: `${TAIL}/read-shared.ts`,
    find: `item.from > after ? [item] : [{ ...item, from: (after + 1) as Seq }]`,
    replace: `[item]`,
    fault: 'A follower that shares a read is told of a gap that it had passed.',
    tests: server('test/tail-reads', '-t', 'a shared read always equals'),
  },
  {
    file: `${TAIL}/follow.ts`,
    find: `      if (signal.aborted) return
      if (item.type === 'gap') {`,
    replace: `      if (item.type === 'gap') {`,
    fault: 'A tail that was ended goes on to the end of its slice.',
    tests: server('test/tail-reads', '-t', 'an aborted tail'),
  },
  {
    file: `${TAIL}/follow.ts`,
    find: `yield { type: 'gap', from: (slice.head + 1) as Seq, to: cursor, reason: 'rewound' }`,
    replace: `yield { type: 'gap', from: slice.head, to: cursor, reason: 'rewound' }`,
    fault: 'The gap behind a restored head begins one position too early.',
    tests: server('test/tail-reads', '-t', 'above the head'),
  },
  {
    file: `${TAIL}/follow.ts`,
    find: `      reportedAt = undefined
      return 0`,
    replace: `      return 0`,
    fault: 'A follower that has caught up is told so again and again.',
    tests: server('test/tail-reads', '-t', 'a large lag'),
  },
  {
    file: 'apps/server/src/ws/sockets.ts',
    find: `  identities.onForget(lookSoon)
`,
    replace: '',
    fault: 'A socket stays open after its key was revoked.',
    tests: server('test/credentials', '-t', 'stops working at its revocation'),
  },
  {
    file: 'apps/server/src/ws/drained.ts',
    find: `      socket.once('close', done)
`,
    replace: '',
    fault: 'A tail whose peer has gone waits forever.',
    tests: server('src/ws/drained'),
  },
  {
    file: 'apps/server/src/services/logs/tail.ts',
    find: `input.lastEventId ?? input.after`,
    replace: `input.after ?? input.lastEventId`,
    fault: 'A client that reconnects begins again where it first began.',
    tests: server('test/tail.test', '-t', 'lastEventId'),
  },
]

const CHAIN: readonly Omit<Mutant, 'area'>[] = [
  {
    file: `${SQLITE}/integrity/inspect-chain.ts`,
    find: `if (reason === 'erased' && run.erasureUpTo.get(org.id, to) === undefined)`,
    replace: `if (reason === 'erased' && run.erasureUpTo.get(org.id, 0) === undefined)`,
    fault: 'Any erasure excuses the removal of whatever arrived after it.',
    tests: db('integrity/inspect.test', '-t', 'erased|erasure|cannot be true'),
  },
  {
    file: `${SQLITE}/integrity/inspect-chain.ts`,
    find: `statements.selectFrom('erasures').select('id').where('org', '=', 0)`,
    replace: `statements.selectFrom('erasures').select('id').where('org', '>=', 0)`,
    fault: 'The erasure of one organization excuses removals in another one.',
    tests: db('integrity/inspect.test', '-t', 'erased|erasure|cannot be true'),
  },
  {
    file: `${SQLITE}/integrity/inspect-chain.ts`,
    find: `before - oldest > OUT_OF_ORDER_US`,
    replace: `oldest - before > OUT_OF_ORDER_US`,
    fault: 'Entries can be removed as if by retention although older ones are still there.',
    tests: db('integrity/inspect.test', '-t', 'cannot be true'),
  },
  {
    file: `${SQLITE}/integrity/inspect-chain.ts`,
    find: `if (one.seq === to && one.head ===`,
    replace: `if (one.seq === to || one.head ===`,
    fault: 'A published head holds whatever the chain says at its position.',
    tests: db('integrity/inspect.test', '-t', 'published head'),
  },
  {
    file: `${SQLITE}/integrity/inspect-chain.ts`,
    find: `  for (const { consumer, seq } of cursors)
    report('removed', head + 1, \`\${consumer} has read up to \${seq}, and the log ends at \${head}.\`)
`,
    replace: '',
    fault: 'An end that was cut off together with its chain is not found although a consumer has read further.',
    tests: db('integrity/inspect.test', '-t', 'cut off'),
  },
  {
    file: `${SQLITE}/integrity/inspect-chain.ts`,
    find: `.where('seq', '<=', 0)
        .orderBy('seq'),
    ).raw(true),
    matchesOf`,
    replace: `.where('seq', '<', 0)
        .orderBy('seq'),
    ).raw(true),
    matchesOf`,
    fault: 'The last entry of each link is not read when the chain is checked.',
    tests: db('integrity/inspect.test', '-t', 'untouched|an edit is found'),
  },
  {
    file: 'packages/db/src/chain-head.ts',
    find: `link.writeBigUInt64BE(BigInt(from), HASH_BYTES)`,
    replace: `link.writeBigUInt64BE(BigInt(to), HASH_BYTES)`,
    fault: 'A head does not cover where its link begins.',
    tests: db('src/chain-head'),
  },
  {
    file: `${SQLITE}/chain/chain.ts`,
    find: 'sentinelmesh chain v1\\n${uid}',
    replace: 'sentinelmesh chain v1\\n',
    fault: 'The chain of one organization can be passed off as that of another.',
    tests: db('chain/chain.test'),
  },
  {
    file: `${SQLITE}/chain/chain.ts`,
    find: `verdicts.every((value) => value === null)`,
    replace: `verdicts.some((value) => value === null)`,
    fault: 'A verdict is not part of the chain if one of its columns is empty.',
    tests: db('integrity/inspect.test', '-t', 'an edit is found'),
  },
  {
    file: `${SQLITE}/integrity/inspect-audit.ts`,
    find: `if (given > (last?.id ?? 0))`,
    replace: `if (given > (last?.id ?? given))`,
    fault: 'An audit that was emptied with its chain is no finding.',
    tests: db('integrity/inspect-audit'),
  },
  {
    file: 'apps/server/src/chain-key.ts',
    find: `JSON.stringify({ at, head, key_id, org, seq, type: TYPE })`,
    replace: `JSON.stringify({ at, head, key_id, seq, type: TYPE })`,
    fault: 'The signature of a head does not cover its organization.',
    tests: server('src/chain-key'),
  },
]

const ERASURE: readonly Omit<Mutant, 'area'>[] = [
  {
    file: `${SQLITE}/retention/log-removal.ts`,
    find: `        .where('org', '=', org)
        .where('seq', '<=', to)`,
    replace: `        .where('seq', '<=', to)`,
    fault: 'Positions of another organization are taken for those of the session to erase.',
    tests: db('retention/erase', '-t', 'erased'),
  },
  {
    file: `${SQLITE}/retention/log-removal.ts`,
    find: `        .where('seq', '<=', to)`,
    replace: `        .where('seq', '<', to)`,
    fault: 'The last entry of what is to be erased stays.',
    tests: db('retention/erase', '-t', 'erased'),
  },
  {
    file: 'apps/server/src/consumers/erasure/erase.ts',
    find: `  if (before.length > 0) await forget(deps, org, before, signal)
`,
    replace: '',
    fault: 'After a crash between removing and forgetting, the text index keeps erased words.',
    tests: server('test/erasures', '-t', 'the full-text index drops'),
  },
  {
    file: 'apps/server/src/consumers/erasure/erase.ts',
    find: `    await forget(deps, org, ranges, signal)
`,
    replace: '',
    fault: 'The text index keeps the words of erased entries.',
    tests: server('test/erasures', '-t', 'the full-text index drops'),
  },
  {
    file: 'apps/server/src/consumers/erasure/erase.ts',
    find: `{ onSlice: () => onErased(org), partial: true }`,
    replace: `{ partial: true }`,
    fault: 'Followers are shown erased entries from memory.',
    tests: server('test/erasures', '-t', 'from memory'),
  },
  {
    file: 'apps/server/src/consumers/erasure/erase.ts',
    find: `  await database.space.wipe(signal)
`,
    replace: '',
    fault: 'Bytes of erased entries stay in free pages of the file.',
    tests: server('test/erasures', '-t', 'no trace in any file|unused parts'),
  },
  {
    file: `${SQLITE}/backup/restore.ts`,
    find: `!isAnother(from, fromId) && !isAnother(to, toId)`,
    replace: `!isAnother(from, fromId)`,
    fault: 'A restore erases a range again although its end is another entry.',
    tests: db('backup/backup', '-t', 'erased again'),
  },
  {
    file: `${SQLITE}/backup/restore.ts`,
    find: `      for await (const erasure of options.erasures.read()) erasedAgain += eraseAgain(db, erasure, options.now)
`,
    replace: '',
    fault: 'A restore brings back what was erased.',
    tests: db('backup/backup', '-t', 'erased again'),
  },
  {
    file: 'packages/db/src/stores/erasure-store.ts',
    find: `.set({ session: null, removed, finished_at: at })`,
    replace: `.set({ removed, finished_at: at })`,
    fault: 'A finished erasure still names the session.',
    tests: server('test/erasures', '-t', 'no trace in any file|unused parts'),
  },
  {
    file: 'packages/db/src/stores/erasure-store.ts',
    find: `.select((eb) => eb.fn.countAll<number>().as('count'))
      .where('org', '=', org)`,
    replace: `.select((eb) => eb.fn.countAll<number>().as('count'))`,
    fault: 'Waiting erasures of one organization refuse those of another.',
    tests: server('test/erasures', '-t', 'too many waiting erasures'),
  },
  {
    file: 'apps/server/src/consumers/erasure/target.ts',
    find: `: \`session:\${createHmac('sha256', hmacKey).update(\`session \${session}\`).digest('hex')}\``,
    replace: `: \`session:\${createHmac('sha256', 'session').update(\`session \${session}\`).digest('hex')}\``,
    fault: 'The session in the audit can be guessed, because its hash has no key.',
    tests: server('test/erasures', '-t', 'HMAC'),
  },
]

const inArea = (area: Mutant['area'], faults: readonly Omit<Mutant, 'area'>[]) =>
  faults.map((fault): Mutant => ({ area, ...fault }))

export const MUTANTS: readonly Mutant[] = [
  ...inArea('authorization', AUTHORIZATION),
  ...inArea('redaction', REDACTION),
  ...inArea('bounds', BOUNDS),
  ...inArea('tail', TAILS),
  ...inArea('chain', CHAIN),
  ...inArea('erasure', ERASURE),
]
