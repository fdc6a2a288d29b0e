/**
 * Generates events modeled on logs of Windows and other products, with invented computers, people and commands.
 * Windows events are about 1.3 kB each. To make an event match a rule, the values that the rule requires overwrite
 * the fields of an ordinary event from its log source.
 */
import { seeded } from './traffic.ts'
import type { CorpusRule } from './corpus.ts'
import type { Demand } from './detections.ts'
import type { Family, Source } from './log-sources.ts'
import {
  address,
  capital,
  choiceOf,
  COMMON_OPTIONS,
  domain,
  ENDINGS,
  FOLDERS,
  hex,
  LINUX_PROGRAMS,
  name,
  PROGRAMS,
  REGISTRY_KEYS,
  uuid,
  type Choice,
} from './words.ts'

export interface BenchEvent {
  /** A JSON object. */
  readonly text: string
  /** Null if unknown. */
  readonly source: Source | null
}

type Fields = Record<string, string | number>

/** Log source families with their weights, and the percentage of events that are made to match a rule. */
export interface Mix {
  readonly name: string
  readonly families: readonly (readonly [Family, number])[]
  readonly attacks: number
}

export const MIXES: readonly Mix[] = [
  { name: 'ordinary processes', families: [['process', 1]], attacks: 0 },
  {
    // The families of the 117 published regression events whose matches were counted (see docs/benchmarks.md).
    name: 'attacks',
    families: [
      ['process', 76],
      ['registry', 19],
      ['file', 15],
      ['image', 4],
      ['eventlog', 2],
      ['pipe', 1],
    ],
    attacks: 100,
  },
  {
    name: 'registry, files, network',
    families: [
      ['registry', 4],
      ['file', 4],
      ['image', 3],
      ['network', 3],
      ['pipe', 1],
    ],
    attacks: 2,
  },
  {
    name: 'not Windows',
    families: [
      ['linux', 3],
      ['web', 4],
      ['cloud', 2],
    ],
    attacks: 2,
  },
  {
    name: 'all together',
    families: [
      ['process', 40],
      ['registry', 14],
      ['file', 12],
      ['image', 8],
      ['network', 8],
      ['pipe', 1],
      ['script', 3],
      ['eventlog', 8],
      ['linux', 2],
      ['web', 2],
      ['cloud', 2],
    ],
    attacks: 5,
  },
]

const SEED = 42

/** Takes log sources and the field values of attacks from `rules`, which come from `corpusRules`. */
export function eventsOf(mix: Mix, count: number, rules: readonly CorpusRule[], seed = SEED): readonly BenchEvent[] {
  const choice = choiceOf(seeded(seed))
  const families = mix.families.flatMap(([family, weight]) => Array.from({ length: weight }, () => family))
  const rulesOf = new Map(mix.families.map(([family]) => [family, rules.filter((rule) => rule.family === family)]))
  return Array.from({ length: count }, () => {
    const family = choice.pick(families)
    const candidates = rulesOf.get(family) ?? []
    // An ordinary event also gets the log source of this rule, because its fields do not depend on the service.
    const rule = candidates.length === 0 ? null : choice.pick(candidates)
    const fields = ORDINARY[family](choice)
    if (rule !== null && choice.random() * 100 < mix.attacks) overwrite(fields, rule.hit)
    return { text: JSON.stringify(fields), source: rule?.source ?? null }
  })
}

/** Sets each field to a text that meets all of its demands: prefix, substrings and suffix. */
function overwrite(fields: Fields, hit: readonly Demand[]): void {
  for (const field of new Set(hit.map((demand) => demand.field))) {
    const demands = hit.filter((demand) => demand.field === field)
    const whole = demands.find(({ place }) => place === 'whole')
    if (whole !== undefined) {
      fields[field] = whole.text
      continue
    }
    const texts = (wanted: Demand['place']) => demands.filter(({ place }) => place === wanted).map(({ text }) => text)
    const start = texts('startswith')
    const end = texts('endswith')
    const ordinary = String(fields[field] ?? '')
    const folder = field.endsWith('Image') ? 'C:\\Windows\\System32' : ordinary
    fields[field] = [
      ...(start.length > 0 ? start : end.length > 0 ? [folder] : [`${ordinary} `]),
      texts('contains').join(' '),
      ...end,
    ].join('')
  }
}

const ORDINARY: Readonly<Record<Family, (choice: Choice) => Fields>> = {
  process: (choice) => {
    const { between, pick } = choice
    const [image, program] = imageOf(choice)
    const [parent, parentProgram] = imageOf(choice)
    const user = userOf(choice)
    const product = capital(name(choice))
    return {
      ...sysmon(1, choice),
      ProcessGuid: guid(choice),
      ProcessId: between(400, 30_000),
      Image: image,
      FileVersion: `${between(1, 12)}.${between(0, 9)}.${between(1_000, 30_000)}.${between(1, 4_000)}`,
      Description: `${product} ${pick(['Host Process', 'Command Processor', 'Helper', 'Runtime', 'Update Service'])}`,
      Product: pick(['Microsoft® Windows® Operating System', product, 'Microsoft® Windows® Operating System']),
      Company: pick(['Microsoft Corporation', `${product} Ltd.`]),
      OriginalFileName: `${program}.exe`,
      CommandLine: commandLineOf(image, choice),
      CurrentDirectory: `${pick(FOLDERS)}\\`,
      User: user,
      LogonGuid: guid(choice),
      LogonId: `0x${hex(6, choice).toLowerCase()}`,
      TerminalSessionId: between(0, 3),
      IntegrityLevel: pick(['Medium', 'High', 'System']),
      Hashes: hashes(choice),
      ParentProcessGuid: guid(choice),
      ParentProcessId: between(400, 30_000),
      ParentImage: parent,
      ParentCommandLine: pick([`"${parent}"`, `${parent} -k ${parentProgram} -p -s ${capital(name(choice))}`]),
      ParentUser: user,
    }
  },
  registry: (choice) => ({
    ...sysmon(13, choice),
    EventType: 'SetValue',
    ...processOf(choice),
    TargetObject: `HKLM${choice.pick(REGISTRY_KEYS)}\\${capital(name(choice))}\\${capital(name(choice))}`,
    Details: choice.pick([
      'DWORD (0x00000001)',
      'Binary Data',
      `C:\\Program Files\\${capital(name(choice))}\\${name(choice)}.exe`,
    ]),
  }),
  file: (choice) => ({
    ...sysmon(11, choice),
    ...processOf(choice),
    TargetFilename: `C:\\Users\\${name(choice)}\\AppData\\Local\\${capital(name(choice))}\\${name(choice)}${choice.pick(ENDINGS)}`,
    CreationUtcTime: '2026-03-04 10:11:12.131',
  }),
  image: (choice) => ({
    ...sysmon(7, choice),
    ...processOf(choice),
    ImageLoaded: `C:\\Windows\\System32\\${name(choice)}.dll`,
    FileVersion: `10.0.${choice.between(1_000, 30_000)}.${choice.between(1, 4_000)}`,
    Description: `${capital(name(choice))} Library`,
    Product: 'Microsoft® Windows® Operating System',
    Company: 'Microsoft Corporation',
    OriginalFileName: `${name(choice)}.dll`,
    Hashes: hashes(choice),
    Signed: 'true',
    Signature: 'Microsoft Windows',
    SignatureStatus: 'Valid',
  }),
  network: (choice) => ({
    ...sysmon(3, choice),
    ...processOf(choice),
    Protocol: choice.pick(['tcp', 'tcp', 'udp']),
    Initiated: choice.pick(['true', 'false']),
    SourceIsIpv6: 'false',
    SourceIp: address(choice),
    SourceHostname: `${name(choice)}.example.com`,
    SourcePort: choice.between(1_024, 65_535),
    DestinationIsIpv6: 'false',
    DestinationIp: address(choice),
    DestinationHostname: domain(choice),
    DestinationPort: choice.pick([443, 80, 53, 445, 389, 8_080]),
    QueryName: domain(choice),
  }),
  pipe: (choice) => ({
    ...sysmon(17, choice),
    EventType: 'CreatePipe',
    ...processOf(choice),
    PipeName: `\\${name(choice)}.${choice.between(1_000, 9_999)}`,
  }),
  script: (choice) => ({
    ...head('Microsoft-Windows-PowerShell', 'Microsoft-Windows-PowerShell/Operational', 4_104, choice),
    MessageNumber: 1,
    MessageTotal: 1,
    ScriptBlockText: Array.from(
      { length: choice.between(4, 16) },
      () =>
        `$${name(choice)} = Get-${capital(name(choice))} -Name "${name(choice)}" | Where-Object { $_.${capital(name(choice))} -eq ${choice.between(0, 99)} }`,
    ).join('\r\n'),
    ScriptBlockId: uuid(choice),
    Path: `C:\\Scripts\\${name(choice)}.ps1`,
  }),
  eventlog: (choice) => ({
    ...head(
      'Microsoft-Windows-Security-Auditing',
      'Security',
      choice.pick([4_624, 4_688, 4_672, 4_634, 5_156]),
      choice,
    ),
    SubjectUserSid: 'S-1-5-18',
    SubjectUserName: `${name(choice).toUpperCase()}$`,
    SubjectDomainName: name(choice).toUpperCase(),
    SubjectLogonId: '0x3e7',
    TargetUserSid: `S-1-5-21-${choice.between(1e8, 1e9)}-${choice.between(1e8, 1e9)}-1001`,
    TargetUserName: name(choice),
    TargetDomainName: name(choice).toUpperCase(),
    TargetLogonId: `0x${hex(6, choice).toLowerCase()}`,
    LogonType: choice.pick([2, 3, 5, 10]),
    LogonProcessName: 'Advapi  ',
    AuthenticationPackageName: choice.pick(['Negotiate', 'Kerberos', 'NTLM']),
    WorkstationName: name(choice).toUpperCase(),
    ProcessName: imageOf(choice)[0],
    IpAddress: address(choice),
    IpPort: choice.between(1_024, 65_535),
  }),
  linux: (choice) => {
    const program = choice.of(LINUX_PROGRAMS)
    return {
      type: 'EXECVE',
      timestamp: '2026-03-04T10:11:12.131Z',
      host: `${name(choice)}.example.com`,
      Image: `/usr/bin/${program}`,
      CommandLine: `${program} -${choice.pick(['l', 'r', 'v', 'n'])} /srv/${name(choice)}/${name(choice)}.log`,
      ParentImage: '/usr/bin/bash',
      User: name(choice),
      ProcessId: choice.between(400, 30_000),
      a0: program,
      a1: `/srv/${name(choice)}/${name(choice)}`,
      Message: `session opened for user ${name(choice)} by (uid=${choice.between(0, 2_000)})`,
    }
  },
  web: (choice) => ({
    date: '2026-03-04',
    time: '10:11:12',
    'c-ip': address(choice),
    'cs-method': choice.pick(['GET', 'GET', 'POST']),
    'cs-host': domain(choice),
    'cs-uri-stem': `/${name(choice)}/${name(choice)}.html`,
    'cs-uri-query': `/${name(choice)}/${name(choice)}?page=${choice.between(1, 99)}&q=${name(choice)}`,
    'c-useragent': `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/${choice.between(90, 140)}.0.0.0 Safari/537.36`,
    'cs-referer': `https://${domain(choice)}/`,
    'sc-status': choice.pick([200, 200, 304, 404]),
    'sc-bytes': choice.between(200, 90_000),
  }),
  cloud: (choice) => ({
    eventVersion: '1.08',
    eventTime: '2026-03-04T10:11:12Z',
    eventSource: `${name(choice)}.example.com`,
    eventName: `${choice.pick(['Get', 'List', 'Describe'])}${capital(name(choice))}`,
    awsRegion: choice.pick(['eu-central-1', 'us-east-1']),
    sourceIPAddress: address(choice),
    userAgent: `${capital(name(choice))}/2.${choice.between(0, 30)} Python/3.11`,
    requestID: uuid(choice),
    eventID: uuid(choice),
    eventType: 'AwsApiCall',
    recipientAccountId: String(choice.between(1e11, 9e11)),
    userName: name(choice),
    roleName: `${name(choice)}-${name(choice)}`,
  }),
}

/** The header fields of a Windows event. */
function head(provider: string, channel: string, eventId: number, choice: Choice): Fields {
  return {
    Provider_Name: provider,
    Provider_Guid: uuid(choice).toUpperCase(),
    EventID: eventId,
    Version: 5,
    Level: 4,
    Task: eventId,
    Opcode: 0,
    Keywords: '0x8000000000000000',
    TimeCreated_SystemTime: `2026-03-04T10:${choice.between(10, 59)}:${choice.between(10, 59)}.${choice.between(100_000, 999_999)}Z`,
    EventRecordID: choice.between(1_000, 9_999_999),
    Execution_ProcessID: choice.between(400, 9_999),
    Execution_ThreadID: choice.between(400, 9_999),
    Channel: channel,
    Computer: `${name(choice)}.${name(choice)}.example.com`,
    Security_UserID: 'S-1-5-18',
  }
}

function sysmon(eventId: number, choice: Choice): Fields {
  return {
    ...head('Microsoft-Windows-Sysmon', 'Microsoft-Windows-Sysmon/Operational', eventId, choice),
    RuleName: '-',
    UtcTime: '2026-03-04 10:11:12.131',
  }
}

function processOf(choice: Choice): Fields {
  return {
    ProcessGuid: guid(choice),
    ProcessId: choice.between(400, 30_000),
    Image: imageOf(choice)[0],
    User: userOf(choice),
  }
}

const userOf = (choice: Choice) => `${name(choice).toUpperCase()}\\${name(choice)}`
const guid = (choice: Choice) => uuid(choice).toUpperCase()
const hashes = (choice: Choice) =>
  `SHA1=${hex(40, choice)},MD5=${hex(32, choice)},SHA256=${hex(64, choice)},IMPHASH=${hex(32, choice)}`

/** Most of the ordinary processes run programs that rules mention. */
function imageOf(choice: Choice): readonly [path: string, program: string] {
  if (choice.chance(0.6)) {
    const program = choice.chance(0.5) ? choice.of(PROGRAMS) : choice.pick(PROGRAMS)
    return [`${choice.pick(FOLDERS)}\\${program}.exe`, program]
  }
  const program = name(choice)
  return [`C:\\Program Files\\${capital(name(choice))}\\${program}.exe`, program]
}

/** Generates an everyday command line, sometimes with an option that many rules look for. */
function commandLineOf(image: string, choice: Choice): string {
  const { chance, between, of, pick } = choice
  const pieces = Array.from({ length: between(1, 5) }, () =>
    chance(0.25)
      ? of(COMMON_OPTIONS).trim()
      : pick([
          () => `--type=${name(choice)}`,
          () => `--${name(choice)}-${name(choice)}=${between(0, 99_999)}`,
          () => `"C:\\Users\\${name(choice)}\\Documents\\${name(choice)}.${pick(['docx', 'pdf', 'txt', 'xlsx'])}"`,
          () => `/${name(choice)}:${name(choice)}`,
          () => `{${guid(choice)}}`,
          () => `--field-trial-handle=${between(1_000, 9_999)},i,${between(1e8, 1e9)},${between(1e8, 1e9)},262144`,
        ])(),
  )
  return `"${image}" ${pieces.join(' ')}`
}
