import type { Concept } from './concepts.ts'
import { LEXICONS } from './lexicon/index.ts'
import { noiseIn } from './noise.ts'
import { phraseFinder, type Mention } from './phrase-trie.ts'
import { sentencesOf, type Sentence } from './sentences.ts'
import { fencesOf, isSourceCode, stancesOf, type Source, type Stance } from './stance.ts'
import { WORDING_LIMITS } from './limits.ts'

/** A statement is the part of a sentence around one phrase, which asks for something or claims something. */
export interface Statement {
  readonly start: number
  readonly end: number
  /** In order of their places. */
  readonly mentions: readonly Mention[]
  readonly stances: readonly Stance[]
  /** The concepts whose phrases stand where an order begins. */
  readonly ordered: readonly Concept[]
}

export interface Wording {
  /** The first phrases of each concept. */
  readonly mentions: readonly Mention[]
  readonly statements: readonly Statement[]
}

/** Concepts around which a statement is made. */
const ACTS: ReadonlySet<Concept> = new Set<Concept>([
  'Override',
  'Drop',
  'Reveal',
  'Question',
  'Send',
  'Read',
  'Run',
  'Transact',
  'Model',
  'Conceal',
  'NewTask',
  'Persona',
  'Unrestricted',
  'Compliance',
  'Refuse',
  'Authority',
  'Mode',
  'Encode',
  'Occasion',
  'Markup',
])

/** Concepts that are in most texts. They make no statement by themselves. */
const COMMON: ReadonlySet<Concept> = new Set<Concept>([
  'You',
  'Must',
  'Negation',
  'Scope',
  'Question',
  'Tell',
  'Occasion',
  'Fiction',
  'Teach',
  'Done',
  'Reveal',
  'Read',
  'Run',
  'Tool',
  'Directions',
  'Program',
  'Enabled',
])
/** Concepts that make a statement with any other. */
const RARE: ReadonlySet<Concept> = new Set<Concept>([
  'Override',
  'HiddenPrompt',
  'Guardrail',
  'Conceal',
  'SecretFile',
  'Unrestricted',
  'Mode',
  'NewTask',
  'Markup',
  'Model',
])

/** Returns true if the concepts are worth a statement. This keeps ordinary texts cheap: most of their sentences have no view. */
function areTelling(concepts: ReadonlySet<Concept>): boolean {
  if (concepts.size < 2) return false
  let uncommon = 0
  for (const concept of concepts) {
    if (RARE.has(concept)) return true
    if (!COMMON.has(concept)) uncommon += 1
  }
  return uncommon >= 2
}

/** A statement reaches this many UTF-16 units around its phrase, within the sentence. */
const BEFORE_CHARS = 80
const AFTER_CHARS = 160

const find = phraseFinder(LEXICONS)

/** Statements with the same concepts that are kept. More of them would only crowd out others. */
const SAME_STATEMENTS = 4

/**
 * Reads what a text says to a model. Takes time linear in the text. It reads sentence by sentence, so that no amount of
 * text before a sentence hides it.
 */
export function readWording(text: string): Wording {
  const statements: Statement[] = []
  const firstMentions: Mention[] = []
  const timesMentioned = new Map<Concept, number>()
  const timesStated = new Map<string, number>()
  const source: Source = { text, isSource: isSourceCode(text), fences: fencesOf(text) }
  for (const sentence of sentencesOf(text)) {
    const mentions = mentionsIn(text, sentence)
    for (const mention of mentions) {
      const times = timesMentioned.get(mention.concept) ?? 0
      if (times >= WORDING_LIMITS.values) continue
      timesMentioned.set(mention.concept, times + 1)
      firstMentions.push(mention)
    }
    if (statements.length >= WORDING_LIMITS.statements || !areTelling(conceptsOf(mentions))) continue
    for (const statement of statementsIn(source, sentence, mentions)) {
      const key = keyOf(statement)
      const times = timesStated.get(key) ?? 0
      timesStated.set(key, times + 1)
      if (times < SAME_STATEMENTS && statements.length < WORDING_LIMITS.statements) statements.push(statement)
    }
  }
  const noise = noiseIn(text)
  if (noise !== null) firstMentions.push({ concept: 'Noise', ...noise })
  return { mentions: firstMentions, statements }
}

function mentionsIn(text: string, { start, end }: Sentence): readonly Mention[] {
  const own = text.slice(start, end)
  return [...find(own), ...addressesIn(own), ...markupIn(own)]
    .map((mention) => ({ ...mention, start: mention.start + start, end: mention.end + start }))
    .sort((a, b) => a.start - b.start || b.end - a.end)
}

const conceptsOf = (mentions: readonly Mention[]): ReadonlySet<Concept> =>
  new Set(mentions.map(({ concept }) => concept))

const keyOf = ({ mentions, stances, ordered }: Statement) =>
  [[...conceptsOf(mentions)].sort(), stances, [...ordered].sort()].join('|')

function statementsIn(source: Source, sentence: Sentence, mentions: readonly Mention[]): readonly Statement[] {
  const statements: Statement[] = []
  for (const act of mentions) {
    if (!ACTS.has(act.concept)) continue
    const start = Math.max(sentence.start, act.start - BEFORE_CHARS)
    const end = Math.min(sentence.end, act.end + AFTER_CHARS)
    const near = mentions.filter((one) => one.start >= start && one.end <= end)
    if (!areTelling(conceptsOf(near))) continue
    const made = {
      start,
      end,
      mentions: near,
      stances: stancesOf(source, sentence, act),
      ordered: isOrder(source.text, sentence, act) ? [act.concept] : [],
    }
    const before = statements.at(-1)
    if (before !== undefined && isSame(before.mentions, near)) statements[statements.length - 1] = merged(before, made)
    else statements.push(made)
  }
  return statements
}

const isSame = (a: readonly Mention[], b: readonly Mention[]) => a.length === b.length && a[0] === b[0]

/** One statement around two phrases. It is reported or discussed only if both phrases are. */
function merged(a: Statement, b: Statement): Statement {
  return {
    start: Math.min(a.start, b.start),
    end: Math.max(a.end, b.end),
    mentions: a.mentions,
    stances: a.stances.filter((stance) => b.stances.includes(stance)),
    ordered: [...new Set([...a.ordered, ...b.ordered])],
  }
}

/**
 * Scripts in which an order may begin anywhere: verbs are at the end in the languages of India, in Persian, Japanese and
 * Korean, and after what they set aside in Chinese. Vietnamese and Greek have letters between them.
 */
const isOrderAnywhere = (code: number) => code >= 0x590 && (code < 0x1e00 || code > 0x1fff)

/** Imperatives of Turkish and of Hindi in Latin letters, which are at the end too. */
const VERB_LAST =
  /^(?:yok ?say|görmezden|gormezden|unut|dikkate|göz ardı|goz ardi|boş ver|uyma|göster|goster|yazdır|söyle|açıkla|tekrar|paylaş|listele|ifşa|gönder|gonder|ilet|yükle|bhool|bhul|andekha|nazarandaz)/iu

/** Words after which an order may begin. */
const LEADS =
  /(?:^|[\s"'“‘(>*_-])(?:please|pls|kindly|now|and|then|must|should|to|just|so|instead|also|immediately|first|only|simply|finally|next|you|but|bitte|und|por favor|y|et|e|i|en|og|och|a|và|dan|и|й|та|και|és|ja|s'il (?:te|vous) plaît|veuillez|merci de|prego|per favore|alsjeblieft|proszę|prosím|пожалуйста|будь ласка|lütfen|vui lòng|xin|hãy|tolong|silakan|mohon|sila|te rog|vă rog|vänligen|venligst|vennligst|kérlek|παρακαλώ|paki|tafadhali|du musst|debes|devi|deves|tu dois|vous devez|musisz|ты должен|bạn phải|kamu harus|anda harus)\s+$/iu

function isOrder(text: string, { start: from }: Sentence, { start, end }: Mention): boolean {
  if (isOrderAnywhere(text.charCodeAt(start)) || VERB_LAST.test(text.slice(start, end))) return true
  const lead = text.slice(Math.max(from, start - 24), start)
  return /^[\s\W_]*$/u.test(lead) || /[,;:—–(["'“‘\]>*•-]\s*["'“‘*_]*$/.test(lead) || LEADS.test(lead)
}

const ADDRESS =
  /https?:\/\/[^\s"'<>)\]]{4,200}|\b[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{2,63}|\b(?:\d{1,3}\.){3}\d{1,3}\b|\b[A-Z]{2}\d{2}[A-Z0-9]{11,28}\b/g

function addressesIn(text: string): readonly Mention[] {
  const found: Mention[] = []
  for (const { 0: address, index } of text.matchAll(ADDRESS)) {
    found.push({ concept: 'Address', start: index, end: index + address.length })
  }
  return found
}

/** Markers of chat templates, and labels such as `[SYSTEM]` and `### System:`. */
const MARKUP =
  /<\|?\s{0,2}(?:im_start|im_end|start_header_id|end_header_id|begin_of_text|eot_id|endoftext|system|user|assistant)\s{0,2}\|>|\[\/?INST\]|<<\/?SYS>>|(?:^|[\s>"'])<\/?(?:system|system[_-]prompt|system[_-]message|admin|assistant_instructions?|user_prompt)>|\[\s{0,2}(?:SYSTEM|ADMIN|DEVELOPER|System|Admin)(?:\s(?:MESSAGE|PROMPT|NOTE|NOTICE|INSTRUCTIONS?|OVERRIDE|UPDATE|ALERT|Message|Prompt|Note|Notice|Instructions?|Override|Update|Alert))?\s{0,2}[\]:]|(?:^|\n)\s{0,3}#{1,4}\s{0,3}(?:system|admin|new)\s(?:message|prompt|instructions?|override)\b|"role"\s{0,3}:\s{0,3}"system"|(?:^|[\n"'])\s{0,3}(?:SYSTEM|System|ADMIN|Admin)(?:\s(?:message|prompt|note|notice|instructions?|override|command))?\s{0,2}:/gi
const LOUD_MARKUP = /<(?:IMPORTANT|CRITICAL|HIDDEN|SECRET|SYSTEM)>/g

function markupIn(text: string): readonly Mention[] {
  const found: Mention[] = []
  for (const { 0: marker, index } of [...text.matchAll(MARKUP), ...text.matchAll(LOUD_MARKUP)]) {
    found.push({ concept: 'Markup', start: index, end: index + marker.length })
  }
  return found
}
