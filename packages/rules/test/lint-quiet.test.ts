import { expect, test } from 'vitest'
import { lintRules } from '../src/index.ts'

/** Detections as experienced Sigma authors write them, with their log sources. Lint reports nothing for them. */
const GOOD: readonly (readonly [what: string, logsource: string, detection: string])[] = [
  [
    'a program and words of its command line',
    'category: process_creation, product: windows',
    `
  selection_img:
    - Image|endswith: '\\certutil.exe'
    - OriginalFileName: 'CertUtil.exe'
  selection_cli:
    CommandLine|contains|windash:
      - '-urlcache '
      - '-verifyctl '
  condition: all of selection_*`,
  ],
  [
    'several alternatives and a filter of known good events',
    'category: process_creation, product: windows',
    `
  selection_parent:
    ParentImage|endswith:
      - '\\winword.exe'
      - '\\excel.exe'
  selection_child:
    Image|endswith:
      - '\\cmd.exe'
      - '\\powershell.exe'
  filter_main_updater:
    ParentCommandLine|contains: '\\Updater\\'
  filter_optional_null:
    CommandLine: null
  condition: all of selection_* and not 1 of filter_main_* and not 1 of filter_optional_*`,
  ],
  [
    'arguments that are all required',
    'category: process_creation, product: linux',
    `
  selection:
    Image|endswith: '/tar'
    CommandLine|contains|all:
      - '--checkpoint'
      - '--checkpoint-action'
  condition: selection`,
  ],
  [
    'single characters of a command line that are not letters',
    'category: process_creation, product: windows',
    `
  selection:
    CommandLine|contains:
      - '^'
      - '\`'
    Image|endswith: '\\cmd.exe'
  condition: selection`,
  ],
  [
    'a single emoji',
    'category: process_creation, product: windows',
    `
  selection:
    CommandLine|contains:
      - '🔥'
      - '🎉'
      - '☠'
  condition: selection`,
  ],
  [
    'a field with any value',
    'category: registry_set, product: windows',
    `
  selection:
    TargetObject|endswith: '\\Debugger'
    Details: '*'
  condition: selection`,
  ],
  [
    'an absent field',
    'category: image_load, product: windows',
    `
  selection:
    ImageLoaded|endswith: '\\amsi.dll'
  filter_signed:
    Signature|exists: true
  condition: selection and not filter_signed`,
  ],
  [
    'event ids',
    'product: windows, service: security',
    `
  selection:
    EventID:
      - 4698
      - 4702
    TaskName|contains: 'Temp'
  condition: selection`,
  ],
  [
    'a lower bound for a number',
    'product: zeek, service: conn',
    `
  selection:
    orig_bytes|gte: 1000000
    duration|lt: 30
  filter_private:
    id.resp_h|cidr:
      - '10.0.0.0/8'
      - '172.16.0.0/12'
      - '192.168.0.0/16'
      - 'fc00::/7'
  condition: selection and not filter_private`,
  ],
  [
    'an expression with a character class',
    'category: process_creation, product: windows',
    `
  selection:
    CommandLine|re: '(?i)cmd.{0,5}(?:/c|/k).*set\\s+[a-z]{1,3}='
  condition: selection`,
  ],
  [
    'expressions of which one is not a plain text',
    'category: ps_script, product: windows',
    `
  selection:
    ScriptBlockText|re:
      - 'frombase64string'
      - '\\[char\\]\\d+'
  condition: selection`,
  ],
  [
    'a multi-line expression',
    'category: ps_script, product: windows',
    `
  selection:
    ScriptBlockText|re|m: '^Invoke-Command$'
  condition: selection`,
  ],
  [
    'alternatives within a longer expression',
    'category: process_creation, product: linux',
    `
  selection:
    CommandLine|re: 'python[23]? -c (?:import|exec)'
  condition: selection`,
  ],
  [
    'words in base64',
    'category: process_creation, product: windows',
    `
  selection:
    CommandLine|utf16le|base64offset|contains:
      - 'IEX ('
      - 'DownloadString'
  condition: selection`,
  ],
  [
    'keywords',
    'product: linux, service: auth',
    `
  keywords:
    - 'authentication failure'
    - 'Failed password for root'
  condition: keywords`,
  ],
  [
    'keywords that are all required',
    'product: linux, service: syslog',
    `
  keywords:
    '|all':
      - 'kernel'
      - 'segfault at'
  condition: keywords`,
  ],
  [
    'keywords and a field',
    'product: apache, service: error',
    `
  keywords:
    - 'AH00052'
  selection:
    level: 'notice'
  condition: keywords and selection`,
  ],
  [
    'two equal fields',
    'product: windows, service: security',
    `
  selection:
    EventID: 4624
    SubjectUserName|fieldref: TargetUserName
  condition: selection`,
  ],
  [
    'a field that equals neither of two others',
    'product: windows, service: security',
    `
  selection:
    EventID: 4738
  filter_main_self:
    SubjectUserSid|fieldref: TargetSid
  condition: selection and not filter_main_self`,
  ],
  [
    'a list of maps',
    'category: registry_event, product: windows',
    `
  selection:
    - TargetObject|contains: '\\Run\\'
      Details|endswith: '.vbs'
    - TargetObject|contains: '\\RunOnce\\'
      Details|endswith: '.js'
  condition: selection`,
  ],
  [
    'wildcards in the middle',
    'category: file_event, product: windows',
    `
  selection:
    TargetFilename: 'C:\\Users\\*\\AppData\\Local\\Temp\\*.exe'
  condition: selection`,
  ],
  [
    'a star inside a contains value',
    'category: file_event, product: windows',
    `
  selection:
    TargetFilename|contains: '\\Temp\\*\\setup'
  condition: selection`,
  ],
  [
    'an intended star',
    'category: process_creation, product: linux',
    `
  selection:
    CommandLine|endswith: ' \\*'
    Image|endswith: '/rm'
  condition: selection`,
  ],
  [
    'a star at the end of a whole value',
    'category: dns_query, product: windows',
    `
  selection:
    QueryName: '*.onion*'
  condition: selection`,
  ],
  [
    'case-sensitive letters',
    'category: process_creation, product: windows',
    `
  selection:
    CommandLine|contains|cased:
      - 'pOwErShElL'
      - 'PoWeRsHeLl'
      - 'powersHELL'
  condition: selection`,
  ],
  [
    'a condition with parentheses',
    'category: webserver',
    `
  select_method:
    cs-method: 'POST'
  select_path:
    cs-uri-stem|endswith: '.aspx'
  select_agent:
    cs-user-agent|startswith: 'python-requests/'
  filter_status:
    sc-status: 404
  condition: select_method and (select_path or select_agent) and not filter_status`,
  ],
  [
    'a list of conditions',
    'category: proxy',
    `
  download:
    c-uri|endswith: '.ps1'
  agent:
    c-useragent|contains: 'WindowsPowerShell'
  condition:
    - download
    - agent`,
  ],
  [
    'a negated group',
    'category: network_connection, product: windows',
    `
  selection:
    Initiated: 'true'
    DestinationPort: 4444
  filter_a:
    Image|startswith: 'C:\\Program Files\\'
  filter_b:
    User|contains: 'SYSTEM'
  condition: selection and not (filter_a or filter_b)`,
  ],
  [
    'names that begin with keywords of conditions',
    'product: okta, service: okta',
    `
  not_admin:
    actor.type: 'User'
  or_else:
    eventtype: 'user.account.privilege.grant'
  them1:
    outcome.result: 'SUCCESS'
  condition: not_admin and or_else and them1`,
  ],
  [
    'any of them',
    'product: aws, service: cloudtrail',
    `
  stop:
    eventSource: 'cloudtrail.amazonaws.com'
    eventName: 'StopLogging'
  remove:
    eventSource: 'cloudtrail.amazonaws.com'
    eventName: 'DeleteTrail'
  condition: 1 of them`,
  ],
  [
    'a named selection that patterns skip',
    'product: aws, service: cloudtrail',
    `
  selection_name:
    eventName: 'PutBucketPolicy'
  _public:
    requestParameters|contains: '"Principal":"*"'
  condition: 1 of selection_* and _public`,
  ],
  [
    'a field with dots and an empty value',
    'product: azure, service: signinlogs',
    `
  selection:
    properties.message: 'Sign-in'
    DeviceDetail.deviceId: ''
  condition: selection`,
  ],
  [
    'a negated value',
    'product: azure, service: auditlogs',
    `
  selection:
    OperationName: 'Add member to role'
    InitiatedBy|neq: 'PIM'
  condition: selection`,
  ],
  [
    'hours of the day',
    'product: windows, service: security',
    `
  selection:
    EventID: 4624
    TimeCreated|hour:
      - 0
      - 1
      - 2
  condition: selection`,
  ],
  [
    'true and false',
    'product: m365, service: exchange',
    `
  selection:
    DeliverToMailboxAndForward: false
    ForwardingSmtpAddress|exists: true
  condition: selection`,
  ],
  [
    'a path that starts with two backslashes',
    'category: file_event, product: windows',
    `
  selection:
    TargetFilename|startswith: '\\\\\\\\'
  condition: selection`,
  ],
  [
    'texts that contain each other',
    'category: process_creation, product: windows',
    `
  selection:
    CommandLine|contains:
      - ' -enc'
      - ' -encodedcommand'
  condition: selection`,
  ],
  [
    'the same text under two modifiers',
    'category: process_creation, product: macos',
    `
  selection:
    Image|endswith: '/osascript'
    CommandLine|contains: 'osascript'
  condition: selection`,
  ],
  [
    'a tool call of an agent',
    'product: ai_agent, category: tool_call',
    `
  selection:
    payload.name: 'shell'
    payload.arguments.command|contains: 'git push --force'
  filter_main_release:
    sender|startswith: 'agent.release'
  condition: selection and not filter_main_release`,
  ],
  [
    'a prompt of an agent',
    'product: ai_agent, category: prompt',
    `
  selection_ask:
    payload|re|i: '\\bprint (?:your|the) (?:system )?prompt\\b'
  selection_who:
    payload|contains:
      - 'as an administrator'
      - 'for an audit'
  condition: 1 of selection_*`,
  ],
  [
    'values that differ only in case, whose base64 differs',
    'category: process_creation, product: windows',
    `
  selection:
    CommandLine|base64offset|contains:
      - 'IEX ([['
      - 'iex ([['
      - 'iEX ([['
  condition: selection`,
  ],
  [
    'names of fields that differ only in case',
    'category: process_creation, product: windows',
    `
  selection:
    User|fieldref:
      - 'Owner'
      - 'owner'
  condition: selection`,
  ],
  [
    'expressions whose letters "contains" folds otherwise',
    'category: prompt, product: ai_agent',
    `
  selection:
    payload|re|i:
      - 'file'
      - 'κβμ'
  condition: selection`,
  ],
]

test('there are enough detections', () => {
  expect(GOOD.length).toBeGreaterThanOrEqual(40)
})

test.each(GOOD)('lint reports nothing for %s', (what, logsource, detection) => {
  const text = `title: ${what}
id: 0c7e1f52-6f0e-4a53-9c35-7c1d6b8f1a00
status: test
description: Detects something that people want to know of.
references:
  - https://rules.example/why
author: Somebody, Somebody Else
date: 2026-01-31
modified: 2026-02-01
tags:
  - attack.execution
  - attack.t1059.001
logsource: {${logsource}}
detection:${detection}
falsepositives:
  - Unlikely
level: informational
`
  expect(lintRules([{ file: null, text }])).toEqual([])
})
