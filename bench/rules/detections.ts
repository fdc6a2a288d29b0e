import { seeded } from './traffic.ts'
import type { Family, SourceShare } from './log-sources.ts'
import {
  capital,
  COMMON_OPTIONS,
  choiceOf,
  domain,
  ENDINGS,
  FOLDER_PARTS,
  FOLDERS,
  LINUX_PROGRAMS,
  name,
  PROGRAMS,
  REGISTRY_KEYS,
  SCRIPT_WORDS,
  type Choice,
} from './words.ts'

export type ValueText = string | number | boolean | null

/** A key with its modifiers, such as `Image|endswith`, and its values. */
export interface SearchText {
  readonly key: string
  readonly values: readonly ValueText[]
}

export interface SelectionText {
  readonly name: string
  /** At least one of these maps must match. */
  readonly alternatives: readonly (readonly SearchText[])[]
  /** A keyword list, used in place of `alternatives`. */
  readonly keywords: { readonly all: boolean; readonly values: readonly string[] } | null
}

/** Requires a field's text to equal, start with, end with or contain another text. */
export interface Demand {
  readonly field: string
  readonly place: 'whole' | 'contains' | 'startswith' | 'endswith'
  readonly text: string | number
}

export interface Detection {
  readonly selections: readonly SelectionText[]
  readonly condition: string
  readonly hit: readonly Demand[]
}

export const selection = (name: string, ...alternatives: readonly (readonly SearchText[])[]): SelectionText => ({
  name,
  alternatives,
  keywords: null,
})
const search = (key: string, values: readonly ValueText[]): SearchText => ({ key, values })

/** Generates a detection that is typical of the log source. */
export function detectionOf({ source, family }: SourceShare, choice: Choice): Detection {
  return FAMILIES[family](choice, source.service ?? source.category ?? '')
}

const FAMILIES: Readonly<Record<Family, (choice: Choice, kind: string) => Detection>> = {
  process: (choice) => {
    const { chance, between, pick } = choice
    const image = chance(0.8) ? programs(choice, chance(0.25) ? between(5, 14) : between(1, 4)) : []
    // A rule that names its programs can afford texts that occur in many command lines.
    const cli = commandLine(choice, 'CommandLine', name, image.length === 0 ? null : COMMON_OPTIONS)
    const parent = chance(0.16) ? [search('ParentImage|endswith', programs(choice, listLength(choice)).map(exe))] : []
    const imageSearch = search('Image|endswith', image.map(exe))
    const folder = chance(0.12)
      ? [
          search(
            'Image|contains',
            choice.some(between(2, 12), () => pick(FOLDER_PARTS)),
          ),
        ]
      : []
    if (image.length === 0 || chance(0.2))
      return detection(choice, [
        selection('selection', [...parent, ...folder, ...(image.length === 0 ? [] : [imageSearch]), ...cli]),
      ])
    const images = chance(0.7)
      ? selection(
          'selection_img',
          [imageSearch],
          [
            search(
              'OriginalFileName',
              image.map((program) => `${program}.exe`),
            ),
          ],
        )
      : selection('selection_img', [imageSearch])
    return detection(choice, [
      images,
      ...(parent.length === 0 ? [] : [selection('selection_parent', parent)]),
      selection('selection_cli', cli),
      ...(folder.length === 0 ? [] : [selection('selection_folder', folder)]),
      ...(chance(0.55) ? [selection('selection_cli_more', common(choice))] : []),
      ...(chance(0.95) ? [selection('selection_other', commandLine(choice, 'CommandLine', name))] : []),
    ])
  },
  registry: (choice) => {
    const { chance, pick, of } = choice
    const key = () => `${of(REGISTRY_KEYS)}\\${capital(name(choice))}`
    const values = choice.some(listLength(choice), key)
    const details = chance(0.45)
      ? [
          chance(0.6)
            ? search('Details', [pick(['DWORD (0x00000000)', 'DWORD (0x00000001)', 'DWORD (0x00000002)'])])
            : search(
                'Details|contains',
                choice.some(listLength(choice), () => rareText(choice)),
              ),
        ]
      : []
    return detection(choice, [
      selection('selection', [
        search(`TargetObject|${pick(['contains', 'contains', 'endswith'])}`, values),
        ...details,
      ]),
    ])
  },
  file: (choice) => {
    const { chance, pick } = choice
    const file = () => `\\${name(choice)}${pick(ENDINGS)}`
    const names = search(
      `TargetFilename|${pick(['endswith', 'endswith', 'contains'])}`,
      choice.some(listLength(choice), file),
    )
    const folder = chance(0.35)
      ? [
          search(
            'TargetFilename|contains',
            choice.some(listLength(choice), () => pick(FOLDER_PARTS)),
          ),
        ]
      : []
    const image = chance(0.3) ? [search('Image|endswith', programs(choice, listLength(choice)).map(exe))] : []
    return detection(
      choice,
      folder.length === 0
        ? [selection('selection', [...image, names])]
        : [selection('selection_file', [...image, names]), selection('selection_folder', folder)],
    )
  },
  image: (choice) => {
    const { chance, pick } = choice
    const library = () => `\\${name(choice)}.${pick(['dll', 'dll', 'sys', 'ocx'])}`
    return detection(choice, [
      selection('selection', [
        search('ImageLoaded|endswith', choice.some(listLength(choice), library)),
        ...(chance(0.3) ? [search('Image|endswith', programs(choice, listLength(choice)).map(exe))] : []),
        ...(chance(0.04) ? [search('Signed', [false])] : []),
      ]),
    ])
  },
  network: (choice, kind) => {
    const { chance, between } = choice
    const host = () => (chance(0.5) ? domain(choice) : `.${name(choice)}.example`)
    if (kind === 'dns_query')
      return detection(choice, [
        selection('selection', [search('QueryName|endswith', choice.some(listLength(choice), host))]),
      ])
    const image = search('Image|endswith', programs(choice, listLength(choice)).map(exe))
    const local = selection('filter_main_local_ranges', [
      search('DestinationIp|cidr', [
        '127.0.0.0/8',
        '10.0.0.0/8',
        '172.16.0.0/12',
        '192.168.0.0/16',
        '169.254.0.0/16',
        '::1/128',
        'fe80::/10',
        'fc00::/7',
      ]),
    ])
    return detection(choice, [
      selection('selection', [
        image,
        search('Initiated', ['true']),
        chance(0.4)
          ? search(
              'DestinationPort',
              choice.some(between(1, 5), () => between(1_024, 49_151)),
            )
          : search('DestinationHostname|endswith', choice.some(listLength(choice), host)),
      ]),
      ...(chance(0.8) ? [local] : []),
    ])
  },
  pipe: (choice) =>
    detection(choice, [
      selection('selection', [
        search(
          `PipeName|${choice.pick(['contains', 'contains', 'startswith'])}`,
          choice.some(listLength(choice), () => `\\${name(choice)}`),
        ),
      ]),
    ]),
  script: (choice, kind) => {
    const field = kind === 'ps_module' ? 'Payload' : kind === 'ps_script' ? 'ScriptBlockText' : 'Data'
    const words = (choice: Choice) => `${choice.pick(['Invoke-', 'Get-', 'Set-', '$', '-'])}${capital(name(choice))}`
    return detection(choice, [
      selection('selection', commandLine(choice, field, words, SCRIPT_WORDS)),
      ...(choice.chance(0.4) ? [selection('selection_more', commandLine(choice, field, words, SCRIPT_WORDS))] : []),
    ])
  },
  eventlog: (choice) => {
    const { chance, between, pick } = choice
    if (chance(0.05)) return detection(choice, [keywords(choice, between(2, 9))])
    const field = pick([
      'ServiceName',
      'ImagePath',
      'TargetUserName',
      'SubjectUserName',
      'TaskName',
      'ObjectName',
      'ProcessName',
      'Data',
    ])
    const ids = choice.some(chance(0.7) ? 1 : between(2, 7), () => between(1, 7_045))
    return detection(choice, [
      selection('selection', [
        ...(chance(0.3) ? [search('Provider_Name', [`Microsoft-Windows-${capital(name(choice))}`])] : []),
        search('EventID', ids),
        search(
          `${field}${pick(['', '', '|contains', '|contains', '|endswith', '|startswith'])}`,
          choice.some(listLength(choice), () => rareText(choice)),
        ),
      ]),
      ...(chance(0.008)
        ? [selection('filter_main_self', [search('SubjectUserName|fieldref', ['TargetUserName'])])]
        : []),
    ])
  },
  linux: (choice, kind) => {
    const { chance, between, of } = choice
    if (kind === 'process_creation')
      return detection(choice, [
        selection('selection_img', [
          search(
            'Image|endswith',
            choice.some(between(1, 3), () => `/${of(LINUX_PROGRAMS)}`),
          ),
        ]),
        selection('selection_cli', commandLine(choice, 'CommandLine', name)),
      ])
    if (kind === 'file_event')
      return detection(choice, [
        selection('selection', [
          search(
            'TargetFilename|startswith',
            choice.some(listLength(choice), () => `/etc/${name(choice)}.d/`),
          ),
        ]),
      ])
    if (kind === 'auditd' || chance(0.55))
      return detection(choice, [
        selection('selection', [
          search('type', [choice.pick(['EXECVE', 'SYSCALL', 'PATH', 'SERVICE_STOP'])]),
          search('a0', [of(LINUX_PROGRAMS)]),
          search(
            'a1|contains',
            choice.some(listLength(choice), () => rareText(choice)),
          ),
        ]),
      ])
    return detection(choice, [keywords(choice, between(2, 9))])
  },
  web: (choice) => {
    const { chance, between, pick } = choice
    if (chance(0.14)) return detection(choice, [keywords(choice, between(3, 12))])
    return detection(choice, [
      selection('selection', [
        ...(chance(0.4) ? [search('cs-method', [pick(['GET', 'POST', 'PUT'])])] : []),
        chance(0.6)
          ? search(
              'cs-uri-query|contains',
              choice.some(
                listLength(choice),
                () => `/${name(choice)}/${name(choice)}.${pick(['php', 'aspx', 'jsp', 'cgi'])}`,
              ),
            )
          : search(
              `c-useragent${pick(['', '|contains', '|contains', '|startswith'])}`,
              choice.some(listLength(choice), () => `${capital(name(choice))}/${between(1, 9)}.${between(0, 9)}`),
            ),
      ]),
    ])
  },
  cloud: (choice) => {
    const { chance, between } = choice
    if (chance(0.05)) return detection(choice, [keywords(choice, between(1, 6))])
    const action = () =>
      `${choice.pick(['Create', 'Delete', 'Update', 'Put', 'Disable', 'Get'])}${capital(name(choice))}`
    return detection(choice, [
      selection('selection', [
        ...(chance(0.6) ? [search('eventSource', [`${name(choice)}.example.com`])] : []),
        search(`eventName${choice.pick(['', '', '', '|contains'])}`, choice.some(listLength(choice), action)),
        ...(chance(0.02) ? [search('active', [true])] : []),
      ]),
    ])
  },
}

/** Most lists are short, and a few are long. */
function listLength({ random, between }: Choice): number {
  const at = random()
  return at < 0.48 ? 1 : at < 0.75 ? between(2, 4) : at < 0.94 ? between(5, 10) : between(11, 24)
}

const programs = ({ of, some }: Choice, count: number) => some(count, () => of(PROGRAMS))
const exe = (program: string) => `\\${program}.exe`

/** The number of texts that several rules share, as rules share the names of tools and options. */
const KNOWN_TEXTS = 2_500
const KNOWN = knownTexts(choiceOf(seeded(KNOWN_TEXTS)))

/** Returns a text that ordinary events do not contain. */
export function rareText(choice: Choice): string {
  return choice.chance(0.45) ? choice.pick(KNOWN) : newText(choice)
}

function knownTexts(choice: Choice): readonly string[] {
  return choice.some(KNOWN_TEXTS, () => newText(choice))
}

function newText(choice: Choice): string {
  const { pick } = choice
  const word = name(choice)
  return pick([
    () => ` --${word}`,
    () => `/${word} `,
    () => `\\${word}${pick(ENDINGS)}`,
    () => `-${capital(word)} `,
    () => ` ${word} ${name(choice)}`,
    () => `${capital(word)}::${capital(name(choice))}`,
    () => `${pick(FOLDER_PARTS)}${word}`,
    () => `${word}@${choice.between(0, 9)}.${choice.between(0, 20)}`,
  ])()
}

/** Generates one search of a long field: any or all of several substrings, or sometimes a regular expression. */
function commandLine(
  choice: Choice,
  field: string,
  word: (choice: Choice) => string,
  common: readonly string[] | null = null,
): SearchText[] {
  const { chance, between, pick } = choice
  const piece = () => (chance(0.6) ? (chance(0.5) ? word(choice) : rareText(choice)) : pick(common ?? COMMON_OPTIONS))
  if (chance(0.085))
    return [
      search(
        `${field}|re${chance(0.012) ? '|i' : ''}`,
        choice.some(chance(0.9) ? 1 : 2, () => expression(choice)),
      ),
    ]
  // One common text makes the whole list match often, so only some lists have them.
  const mixed = common !== null && chance(0.5)
  const rare = () => (mixed && chance(0.2) ? pick(common) : chance(0.5) ? ` ${word(choice)} ` : rareText(choice))
  if (chance(0.005))
    return [
      search(
        `${field}|${chance(0.22) ? 'wide|' : ''}base64offset|contains`,
        choice.some(between(1, 6), () => `${word(choice)}://`),
      ),
    ]
  if (chance(0.4)) return [search(`${field}|contains|all`, [rare(), ...choice.some(between(1, 3), piece)])]
  const windash = field === 'CommandLine' && chance(0.07) ? '|windash' : ''
  const place =
    windash === '' ? pick(['contains', 'contains', 'contains', 'contains', 'contains', 'endswith']) : 'contains'
  const values = choice.some(listLength(choice), windash === '' ? rare : () => ` -${word(choice)}`)
  const wild = chance(0.03) ? [`*${word(choice)}*${word(choice)}?${word(choice)}`] : []
  return [search(`${field}|${place}${windash}`, [...values, ...wild])]
}

/** Generates a list of common substrings, which is not specific enough on its own. */
function common({ between, some, of }: Choice): SearchText[] {
  return [
    search(
      'CommandLine|contains',
      some(between(2, 10), () => of(COMMON_OPTIONS)),
    ),
  ]
}

/** Generates a regular expression like those for obfuscated commands. Each one can be matched in linear time. */
function expression(choice: Choice): string {
  const { pick, between } = choice
  const [one, two] = [name(choice), name(choice)]
  return pick([
    () => String.raw`(?i)${one}\s+-{1,2}${two}\s`,
    () => String.raw`\\(?:[^\\]+\\){${between(1, 3)}}${one}\.exe`,
    () => String.raw`${one}[0-9a-f]{${between(4, 12)}}\.${two}`,
    () => String.raw`\s-(?:${one}|${two}|${name(choice)})\s+[A-Za-z0-9+/=]{${between(8, 40)},}`,
    () => String.raw`^[A-Z]:\\${capital(one)}\\[^\\]{1,${between(8, 32)}}\\${two}`,
    () => String.raw`(?i)(?:set|echo).{0,${between(16, 64)}}${one}.*${two}`,
    () => String.raw`\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}:${between(1024, 9999)}/${one}`,
    () => String.raw`${one}\(["'][^"']+["']\)\.${two}`,
  ])()
}

function keywords(choice: Choice, count: number): SelectionText {
  return {
    name: 'keywords',
    alternatives: [],
    keywords: {
      all: choice.chance(0.2) && count > 1,
      values: choice.some(count, () =>
        choice.chance(0.5) ? `${name(choice)} ${name(choice)}` : rareText(choice).trim(),
      ),
    },
  }
}

/** Builds a detection with a condition over these selections, and sometimes adds filters. */
function detection(choice: Choice, wanted: readonly SelectionText[]): Detection {
  const { chance, pick } = choice
  const given = wanted.filter(({ name }) => name.startsWith('filter'))
  const selections = wanted.filter(({ name }) => !name.startsWith('filter'))
  const [only] = selections
  const names = selections.map(({ name }) => name)
  const base =
    names.length === 1
      ? (only?.name ?? '')
      : names.includes('selection_cli_more') && !names.includes('selection_folder') && chance(0.2)
        ? `selection_img and (${names.slice(1).join(' or ')})`
        : names.every((name) => name.startsWith('selection_'))
          ? pick(['all of selection_*', 'all of selection_*', 'all of selection*'])
          : names.join(' and ')
  const isProcess = selections.some(({ alternatives }) =>
    alternatives.some((searches) =>
      searches.some(({ key }) => key.startsWith('CommandLine') || key.startsWith('Target')),
    ),
  )
  const filters = [...given, ...(isProcess && chance(0.45) ? filtersOf(choice) : [])]
  const [filter] = filters
  const condition =
    filter === undefined
      ? base
      : filter.name === 'filter'
        ? `${base} and not filter`
        : `${base}${filters.some(({ name }) => name.startsWith('filter_main_')) ? ' and not 1 of filter_main_*' : ''}${filters.some(({ name }) => name.startsWith('filter_optional_')) ? ' and not 1 of filter_optional_*' : ''}`
  return {
    selections: [...selections, ...filters],
    condition,
    hit: selections.flatMap((one) => demandsOf(one, choice)),
  }
}

function filtersOf(choice: Choice): SelectionText[] {
  const { chance, between, pick, of } = choice
  const one = (): SearchText[] =>
    pick([
      () => [
        search(
          'Image|startswith',
          choice.some(between(1, 4), () => `${of(FOLDERS)}\\`),
        ),
      ],
      () => [search('Image|endswith', [exe(of(PROGRAMS))]), search('ParentImage|endswith', [exe(of(PROGRAMS))])],
      () => [search('Image', [`${pick(FOLDERS)}\\${name(choice)}.exe`])],
      () => [
        search(
          'CommandLine|contains',
          choice.some(listLength(choice), () => rareText(choice)),
        ),
      ],
      () => [search('ParentImage|startswith', [`C:\\Program Files\\${capital(name(choice))}\\`])],
      () => [search(pick(['CommandLine', 'Image', 'ParentImage']), [chance(0.5) ? null : ''])],
      () => [
        search(
          'CommandLine|contains',
          choice.some(between(2, 5), () => rareText(choice)),
        ),
        search('ParentImage|endswith', [exe(of(PROGRAMS))]),
      ],
      () => [
        search(
          'CommandLine|contains|all',
          choice.some(2, () => rareText(choice)),
        ),
      ],
      () => [search('Image|endswith', programs(choice, listLength(choice)).map(exe))],
    ])()
  if (chance(0.15)) return [selection('filter', one())]
  const names = [
    ...choice.some(between(1, 3), () => `filter_main_${name(choice)}`),
    ...(chance(0.3) ? [`filter_optional_${name(choice)}`] : []),
  ]
  return names.map((found) => selection(found, one()))
}

/**
 * Returns the field values that make an event match the selection. Does not generate text for a regular expression,
 * so an event for a rule that has one does not match.
 */
export function demandsOf({ alternatives, keywords }: SelectionText, { pick }: Choice): Demand[] {
  if (keywords !== null)
    return (keywords.all ? keywords.values : keywords.values.slice(0, 1)).map((text) => ({
      field: 'Message',
      place: 'contains',
      text,
    }))
  return (alternatives[0] ?? []).flatMap(({ key, values }) => {
    const [field = '', ...modifiers] = key.split('|')
    const place = (['contains', 'startswith', 'endswith'] as const).find((one) => modifiers.includes(one)) ?? 'whole'
    const texts = values.filter((value) => typeof value === 'string' || typeof value === 'number')
    const chosen = modifiers.includes('all') ? texts : texts.length === 0 ? [] : [pick(texts)]
    return chosen.map((text): Demand => ({
      field,
      place,
      text: typeof text === 'string' ? text.replaceAll('*', '').replaceAll('?', 'x') : text,
    }))
  })
}
