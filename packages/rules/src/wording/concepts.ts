/**
 * A concept is the meaning of a phrase in a text that addresses a model. Each concept is a field of the views
 * `statement` and `wording`, and its values are the words that were found.
 */
export const CONCEPTS = [
  /** To set something aside: ignore, forget, disregard. */
  'Override',
  /** To delete, disable or replace, which programs and people also do to other things. */
  'Drop',
  /** Not, never, without. */
  'Negation',
  /** Previous, above, so far. */
  'Earlier',
  /** All, any, everything. */
  'Scope',
  /** Instructions, guidelines, prompt. */
  'Instructions',
  /** Rules, commands, tasks and the like, which also are what programs and people have. */
  'Directions',
  /** The model's own prompt: system prompt, your instructions. */
  'HiddenPrompt',
  /** The same, in words that mean nothing else: your system prompt. */
  'OwnPrompt',
  /** Policies, ethics, filters and safety measures of a model. */
  'Guardrail',
  'You',
  /** The model as one who reads: AI, assistant, language model. */
  'Model',
  /** The person whom the model serves, in the third person. */
  'Person',
  /** To show or repeat. */
  'Reveal',
  'Question',
  /** Passwords, keys, tokens. */
  'Secret',
  /** Files with credentials, and sensitive system files. */
  'SecretFile',
  /** Data about people and customers, and conversations. */
  'PrivateData',
  /** To send, upload, post. */
  'Send',
  /** A place outside: a URL, an e-mail address, an IP address, an attacker's server. */
  'Address',
  /** Silently, secretly, without asking. */
  'Conceal',
  /** To tell or ask somebody. */
  'Tell',
  /** Must, always, important, immediately. */
  'Must',
  /** Announces another task: new task, your real goal. */
  'NewTask',
  /** Claims that the task is done. */
  'Done',
  /** You are now, act as, pretend. */
  'Persona',
  /** Unfiltered, no restrictions, do anything now. */
  'Unrestricted',
  /** To refuse, decline, apologize. */
  'Refuse',
  /** A reply that has to begin with consent. */
  'Compliance',
  /** A claim to be somebody whom a model obeys. */
  'Authority',
  /** Developer mode, debug mode, god mode. */
  'Mode',
  /** Says that something is switched on: enabled, activated. */
  'Enabled',
  /** To run, execute, install, download. */
  'Run',
  /** A program or script that is run: curl, npx, bash. */
  'Program',
  'Tool',
  /** Before, after, whenever, each time. */
  'Occasion',
  /** To read or open. */
  'Read',
  /** To pay or transfer money, to change an account. */
  'Transact',
  /** To decode; base64, rot13. */
  'Encode',
  /** Harmful subjects: weapons, malware, crimes. */
  'Harm',
  /** Fiction, hypothetical, story. */
  'Fiction',
  /** Words of people who write about security. */
  'Teach',
  /** A marker of another speaker or of the end of input. */
  'Markup',
  /** Signs and parts of words at the end of a text, as programs that attack models make them. */
  'Noise',
] as const
export type Concept = (typeof CONCEPTS)[number]

/**
 * Phrases by concept, separated by commas or lines. A `*` at the end of a word stands for any ending. Case does not
 * matter, and a space stands for any run of spaces, quotes and emphasis marks.
 */
export type Lexicon = Readonly<Partial<Record<Concept, string>>>
