import { describe, expect, test } from 'vitest'
import { anEntry } from './entries.ts'
import { aCall, eventsOf, fieldsOf } from './view-entries.ts'
import { KINDS, type Entry } from '../src/index.ts'
import { originOf, viewsOf } from '../src/views/index.ts'

/** The category of each view, with its most telling field. */
const summaryOf = (entry: Entry) =>
  eventsOf(entry).map((view) => {
    const fields = fieldsOf(view)
    return [
      view.name,
      fields['CommandLine'] ?? fields['TargetFilename'] ?? fields['c-uri'] ?? fields['QueryName'] ?? fields['query'],
    ]
  })
const windows = { attributes: { 'os.type': 'windows' } }

test.each(KINDS.filter((kind) => kind !== 'tool_call'))('an entry of kind %s has no views', (kind) => {
  expect([...viewsOf({ ...aCall('Bash', { command: 'id' }), kind })]).toEqual([])
})

describe('tools, by agent', () => {
  test.each<[string, string, object | string, string, string]>([
    ['Claude Code', 'Bash', { command: 'id' }, 'process_creation', 'bash -c id'],
    ['Claude Code', 'Monitor', { command: 'id' }, 'process_creation', 'bash -c id'],
    ['Claude Code', 'Grep', { path: '/a', pattern: 'x' }, 'file_access', '/a'],
    ['Claude Code', 'NotebookEdit', { notebook_path: '/a', new_source: 'x' }, 'file_change', '/a'],
    ['Codex', 'local_shell', { command: ['/bin/zsh', '-lc', 'id'] }, 'process_creation', 'zsh -c id'],
    ['Codex', 'write_stdin', { session_id: 1, chars: 'id\n' }, 'process_creation', 'bash -c id\n'],
    ['Codex', 'view_image', { path: '/a' }, 'file_access', '/a'],
    [
      'Codex',
      'apply_patch',
      { input: '*** Begin Patch\n*** Update File: a\n*** Move to: b\n+x\n*** End Patch' },
      'file_change',
      'a',
    ],
    ['Gemini CLI', 'run_shell_command', { command: 'id', dir_path: '/a' }, 'process_creation', 'bash -c id'],
    ['Gemini CLI', 'read_many_files', { include: ['/a', '/b'] }, 'file_access', '/a'],
    ['Gemini CLI', 'replace', { file_path: '/a', new_string: 'x' }, 'file_change', '/a'],
    ['Copilot', 'create', { path: '/a', file_text: 'x' }, 'file_event', '/a'],
    ['Copilot', 'str_replace_editor', { command: 'view', path: '/a' }, 'file_access', '/a'],
    ['Copilot', 'str_replace_editor', { command: 'create', path: '/a' }, 'file_event', '/a'],
    ['VS Code', 'run_in_terminal', { command: 'id' }, 'process_creation', 'bash -c id'],
    ['VS Code', 'readFile', { filePath: '/a' }, 'file_access', '/a'],
    ['VS Code', 'editFiles', { files: ['/a'] }, 'file_change', '/a'],
    ['VS Code', 'fetch_webpage', { urls: ['http://1.2.3.4/a'] }, 'proxy', 'http://1.2.3.4/a'],
    ['Cursor', 'read_file', { target_file: '/a' }, 'file_access', '/a'],
    ['Cursor', 'delete_file', { target_file: '/a' }, 'file_delete', '/a'],
    ['Windsurf', 'pre_run_command', { command_line: 'id' }, 'process_creation', 'bash -c id'],
    ['a framework', 'python_repl', { code: 'import os' }, 'process_creation', 'python3 -c import os'],
    ['a framework', 'WriteFileTool', { file_path: '/a', text: 'x' }, 'file_event', '/a'],
    ['a framework', 'requests_get', 'http://1.2.3.4/a', 'proxy', 'http://1.2.3.4/a'],
    [
      'Codex',
      'shell',
      { command: ['git', 'commit', '-m', "don't; rm"] },
      'process_creation',
      "bash -c git commit -m 'don'\\''t; rm'",
    ],
    ['Codex', 'shell', { command: ['bash', '/x.sh', '-c'] }, 'process_creation', 'bash -c bash /x.sh -c'],
    ['Gemini CLI', 'list_directory', { dir_path: '/a' }, 'file_access', '/a'],
    ['an MCP server', 'mcp.x/run', { command: 'ls', args: ['-l', 'a b'] }, 'process_creation', "bash -c ls -l 'a b'"],
    ['an MCP server', 'mcp.x/get', { uri: 'file:///etc/sh%61dow%ff' }, 'file_access', '/etc/shadow%ff'],
    ['an MCP server', 'mcp.x/run', { cmd: 'id' }, 'process_creation', 'bash -c id'],
    ['an MCP server', 'mcp__fs__write_file', { path: '/a', content: 'x' }, 'file_event', '/a'],
    ['an MCP server', 'mcp.x/remove_it', { path: '/a' }, 'file_delete', '/a'],
    ['an MCP server', 'mcp.x/get', { uri: 'file:///etc/passwd' }, 'file_access', '/etc/passwd'],
    ['an MCP server', 'resources/read', { uri: 'file:///etc/shadow' }, 'file_access', '/etc/shadow'],
    ['an MCP server', 'resources/read', { uri: 'http://1.2.3.4/' }, 'proxy', 'http://1.2.3.4/'],
    ['an MCP server', 'mcp.x/get', { uri: 'http://1.2.3.4/' }, 'proxy', 'http://1.2.3.4/'],
    ['an MCP server', 'mcp.x/ask', { query: ' /* a */ delete from users' }, 'database', ' /* a */ delete from users'],
  ])('%s: %s', (_, tool, given, category, text) => {
    expect(summaryOf(aCall(tool, given))[0]).toEqual([category, text])
  })

  test.each<[string, object]>([
    ['mcp.x/ask', { query: 'select a restaurant near me' }],
    ['mcp.x/ask', { query: 'how to drop a table' }],
    ['tool.lookup', { id: 'a', name: '/etc/passwd' }],
    ['web_search', { query: 'what is http' }],
    ['Bash', {}],
    ['Read', { file_path: 5 }],
  ])('%s with %j has no view', (tool, given) => {
    expect(summaryOf(aCall(tool, given))).toEqual([])
  })
})

test('a command given as a list is one program, whatever its words contain', () => {
  const entry = aCall('shell', { command: ['python3', '-c', 'import os; print(1)'] })
  expect(summaryOf(entry).map(([, line]) => line)).toEqual([
    "bash -c python3 -c 'import os; print(1)'",
    "python3 -c 'import os; print(1)'",
  ])
})

test.each<[string, object]>([
  ['apply_patch', { command: ['apply_patch', '*** Add File: /a\r\n+x\r\n*** Delete File: /b'] }],
  ['a here-document', { cmd: "apply_patch <<'E'\n*** Add File: /a\n+x\n*** Delete File: /b\nE" }],
])('files patched by a command have file views: %s', (_, given) => {
  const files = viewsOf(aCall('shell', given)).filter(({ name }) => name.startsWith('file'))
  expect(files.map((view) => [view.name, fieldsOf(view)])).toMatchObject([
    ['file_event', { TargetFilename: '/a', Contents: 'x', Image: '/usr/bin/claude' }],
    ['file_delete', { TargetFilename: '/b' }],
  ])
})

describe('arguments', () => {
  test('sent as JSON text are parsed, and places are in that text', () => {
    const entry = aCall('shell', '{"command": "echo \\"a\\\\tb\\"; cat /etc/shadow"}')
    expect(summaryOf(entry).map(([, line]) => line)).toEqual([
      'bash -c echo "a\\tb"; cat /etc/shadow',
      'echo "a\\tb"',
      'cat /etc/shadow',
    ])
    const pieces = viewsOf(entry)[2]?.fields.get('CommandLine')?.[0]?.pieces ?? []
    const [{ leaf, from, to } = { leaf: null, from: 0, to: 0 }] = pieces
    expect(leaf?.pointers?.(leaf.start)).toBe('/arguments')
    expect(leaf?.text.slice(from, to)).toBe('cat /etc/shadow')
  })

  test('with duplicate or synonymous names are one command each', () => {
    const twice = {
      ...aCall('Bash', {}),
      payload: { type: 'json', text: '{"name":"Bash","arguments":{"command":"a","command":"b"}}' },
    } as const
    expect(summaryOf(twice).map(([, line]) => line)).toEqual(['bash -c a', 'a', 'bash -c b', 'b'])
    expect(summaryOf(aCall('shell', { command: 'a', cmd: 'b' })).map(([, line]) => line)).toEqual([
      'bash -c a',
      'a',
      'bash -c b',
      'b',
    ])
  })

  test('of an unknown tool each produce a view', () => {
    const given = { command: 'id', path: '/etc/shadow', url: 'http://1.2.3.4/', sql: 'drop table a' }
    expect(summaryOf(aCall('mcp.x/do', given)).map(([name]) => name)).toEqual([
      'process_creation',
      'process_creation',
      'database',
      'file_access',
      'proxy',
    ])
  })

  test('can be the whole payload, or a text', () => {
    const payload = { type: 'json', text: '{"command":"id"}' } as const
    expect(summaryOf(anEntry({ kind: 'tool_call', receiver: 'tool.bash', payload }))[0]).toEqual([
      'process_creation',
      'bash -c id',
    ])
    expect(
      summaryOf(anEntry({ kind: 'tool_call', receiver: 'tool.bash', payload: { type: 'text', text: 'id' } }))[0],
    ).toEqual(['process_creation', 'bash -c id'])
    expect(summaryOf(anEntry({ kind: 'tool_call', payload: { type: 'text', text: 'id' } }))[0]).toEqual([
      'process_creation',
      'bash -c id',
    ])
  })

  test('can be JSON in a text, and places lead to the characters of the text', () => {
    const text = '{"name": "Bash", "arguments": {"command": "echo \\"hi\\" | sh"}}'
    const [view] = viewsOf(anEntry({ kind: 'tool_call', payload: { type: 'text', text } }))
    const [line] = view?.fields.get('CommandLine') ?? []
    expect(line?.text).toBe('bash -c echo "hi" | sh')
    const at = line?.text.indexOf('sh', 8) ?? 0
    const origin = line === undefined ? null : originOf(line, { start: at, end: at + 2 })
    expect(text.slice(origin?.start, origin?.end)).toBe('sh')
    expect(origin?.leaf.field).toBe('payload')
  })

  test('of a shell tool may all reach the shell if none is known', () => {
    expect(summaryOf(aCall('Bash', { target: 'x; id' })).map(([, line]) => line)).toContain('id')
    expect(summaryOf(aCall('Bash', { command: 'ls', description: 'id' })).map(([, line]) => line)).not.toContain('id')
  })

  test('named like prototype properties are ordinary arguments', () => {
    expect(summaryOf(aCall('constructor', JSON.parse('{"__proto__": {"command": "id"}, "toString": "x"}')))[0]).toEqual(
      ['process_creation', 'bash -c id'],
    )
    expect(summaryOf(aCall('__proto__', { a: 'b' }))).toEqual([])
    const odd = eventsOf(
      aCall('Bash', { command: 'id' }, { service: 'constructor', attributes: { 'os.type': 'constructor' } }),
    )
    expect(odd.map((view) => [view.logsource.product, fieldsOf(view)['ParentImage']])).toEqual([
      ['linux', '/usr/bin/agent'],
      ['linux', '/bin/bash'],
    ])
  })
})

describe('paths', () => {
  const pathsOf = (path: string, attributes: Record<string, unknown> = {}) =>
    summaryOf(aCall('Read', { file_path: path }, { attributes }))[0]?.[1]

  test.each<[string, Record<string, unknown>, string | readonly string[]]>([
    ['/etc/passwd', {}, '/etc/passwd'],
    ['/etc/./x//../shadow', {}, ['/etc/./x//../shadow', '/etc/shadow']],
    ['a/../b', { cwd: '/w' }, '/w/b'],
    ['../../../etc/passwd', { cwd: '/w/x' }, '/etc/passwd'],
    ['a', {}, 'a'],
    ['~/.ssh/id', {}, '~/.ssh/id'],
    ['~/.ssh/id', { cwd: '/home/kim/w' }, ['~/.ssh/id', '/home/kim/.ssh/id']],
    ['~/.ssh/id', { user: 'root' }, ['~/.ssh/id', '/root/.ssh/id']],
    ['~/.ssh/id', { cwd: '/Users/kim' }, ['~/.ssh/id', '/Users/kim/.ssh/id']],
    ['C:\\a\\..\\b', {}, ['C:\\a\\..\\b', 'C:\\b']],
    ['b', { cwd: 'C:\\a' }, 'C:\\a\\b'],
  ])('%s with %j', (path, attributes, wanted) => {
    expect(pathsOf(path, attributes)).toEqual(wanted)
  })
})

test('the working directory of a call is relative to that of the agent', () => {
  const attributes = { cwd: '/home/kim/w' }
  const shell = eventsOf(aCall('run_shell_command', { command: 'echo > b', dir_path: 'c/..' }, { attributes }))
  expect(shell.map((view) => fieldsOf(view)['CurrentDirectory'] ?? fieldsOf(view)['TargetFilename'])).toEqual([
    '/home/kim/w',
    '/home/kim/w',
    '/home/kim/w/b',
  ])
  expect(summaryOf(aCall('glob', { pattern: '*', dir_path: 'c' }, { attributes }))).toEqual([
    ['file_access', '/home/kim/w/c'],
  ])
  const moved = aCall('Bash', { command: 'echo > ~/b', workdir: '/tmp' }, { attributes })
  expect(summaryOf(moved).at(-1)).toEqual(['file_event', ['~/b', '/home/kim/b']])
})

describe('requests', () => {
  const requestsOf = (command: string) =>
    eventsOf(aCall('Bash', { command }))
      .filter(({ name }) => name === 'proxy')
      .map((view) => {
        const { 'c-uri': uri, 'cs-method': method, 'cs-host': host } = fieldsOf(view)
        return [method, uri, host]
      })

  test.each<[string, readonly (readonly string[])[]]>([
    ['curl -sXPUT http://a.example/x -o http.txt', [['PUT', 'http://a.example/x', 'a.example']]],
    ['curl -d @f a.example/x', [['POST', 'http://a.example/x', 'a.example']]],
    ['curl --request=DELETE --url https://a.example', [['DELETE', 'https://a.example', 'a.example']]],
    ['curl -T f http://u:p@a.example:81/', [['PUT', 'http://u:p@a.example:81/', 'a.example']]],
    ['curl -H "Referer: http://b.example" http://a.example.', [['GET', 'http://a.example.', 'a.example']]],
    ['wget --post-data=x http://a.example', [['POST', 'http://a.example', 'a.example']]],
    ['git clone https://a.example/b.git', [['GET', 'https://a.example/b.git', 'a.example']]],
    ['pip install git+https://a.example/b', [['GET', 'https://a.example/b', 'a.example']]],
    ['sudo curl http://a.example', [['GET', 'http://a.example', 'a.example']]],
    ['curl http://a.example@b.example\\\\c/', [['GET', 'http://a.example@b.example\\c/', 'b.example']]],
    ['curl -d x=1 -G http://a.example', [['GET', 'http://a.example', 'a.example']]],
    ['curl -sI a.example', [['HEAD', 'http://a.example', 'a.example']]],
    ['http PATCH a.example x=y', [['PATCH', 'http://a.example', 'a.example']]],
    ['https a.example', [['GET', 'https://a.example', 'a.example']]],
    ['pip install -U --index-url=https://a.example/s b', [['GET', 'https://a.example/s', 'a.example']]],
    ['npm i --registry=https://a.example b', [['GET', 'https://a.example', 'a.example']]],
    ['git -C /w push https://a.example/b', [['GET', 'https://a.example/b', 'a.example']]],
    ['git commit -m "as in http://a.example"', []],
    ['echo http://a.example', []],
  ])('%s', (command, requests) => {
    expect(requestsOf(command)).toEqual(requests)
  })

  test('have the user agent given to the program, and ignore the same option letter elsewhere', () => {
    const agents = [
      'curl -A x a.example',
      'wget -Ux a.example',
      'pip install -U http://a.example',
      'curl -U u a.example',
    ]
    const named = agents.map((command) => viewsOf(aCall('Bash', { command })).find(({ name }) => name === 'proxy'))
    expect(named.map((view) => view?.fields.get('c-useragent')?.[0]?.text)).toEqual(['x', 'x', undefined, undefined])
  })

  test('of a tool are for its address argument, or for addresses in the prompt if there is none', () => {
    const prompt = 'compare http://a.example'
    expect(summaryOf(aCall('WebFetch', { url: 'http://1.2.3.4/', prompt }))).toEqual([['proxy', 'http://1.2.3.4/']])
    expect(summaryOf(aCall('web_fetch', { prompt }))[0]).toEqual(['proxy', 'http://a.example'])
  })

  test.each(['http://10.0.0.1/', 'http://[::1]/', 'http://2130706433/', 'http://0x7f.1/'])(
    '%s has no DNS query',
    (url) => {
      expect(viewsOf(aCall('WebFetch', { url })).map(({ name }) => name)).toEqual(['proxy'])
    },
  )
})

describe('on Windows', () => {
  test('a command line is split as by cmd, and a caret does not hide a name', () => {
    const entry = aCall(
      'shell',
      { command: ['cmd.exe', '/c', 'who^ami /all&&"net" user > "c:\\a b.txt" & echo "a&b"'] },
      windows,
    )
    expect(
      eventsOf(entry).map((view) => [
        view.name,
        fieldsOf(view)['Image'],
        fieldsOf(view)['CommandLine'] ?? fieldsOf(view)['TargetFilename'],
      ]),
    ).toEqual([
      [
        'process_creation',
        'C:\\Windows\\System32\\cmd.exe',
        'cmd.exe /c who^ami /all&&"net" user > "c:\\a b.txt" & echo "a&b"',
      ],
      ['process_creation', 'C:\\Windows\\System32\\whoami.exe', 'who^ami /all'],
      ['process_creation', 'C:\\Windows\\System32\\net.exe', '"net" user'],
      ['process_creation', 'C:\\Windows\\System32\\echo.exe', 'echo "a&b"'],
      ['file_event', 'C:\\Windows\\System32\\cmd.exe', 'c:\\a b.txt'],
    ])
  })

  test('a slash ends a name in cmd, and keywords are not programs', () => {
    const entry = aCall('cmd', { command: '@whoami/all & C:/x/y.exe/z & for %i in (a) do call net user' })
    expect(eventsOf(entry).map((view) => [fieldsOf(view)['OriginalFileName'], fieldsOf(view)['CommandLine']])).toEqual([
      [undefined, 'cmd.exe /c @whoami/all & C:/x/y.exe/z & for %i in (a) do call net user'],
      ['whoami.exe', 'whoami/all'],
      [undefined, 'C:/x/y.exe/z'],
      ['for.exe', 'for %i in'],
      ['a.exe', 'a'],
      ['net.exe', 'net user'],
    ])
  })

  test('a program is recognized by its name, in any folder and letter case', () => {
    const command = `'C:\\Git\\bin\\Bash.exe' -c 'C:/x/CURL.EXE http://1.2.3.4/'`
    expect(summaryOf(aCall('Bash', { command }, windows)).slice(2)).toEqual([
      ['process_creation', 'C:/x/CURL.EXE http://1.2.3.4/'],
      ['proxy', 'http://1.2.3.4/'],
    ])
  })

  test('commands that cmd passes to another cmd are programs too', () => {
    const lines = (command: string) => summaryOf(aCall('cmd', { command })).map(([, line]) => line)
    expect(lines('c^md.exe /d /c "whoami & net user"').slice(2)).toEqual(['whoami', 'net user'])
    expect(lines('cmd /k echo "a&b"').slice(2)).toEqual(['echo "a&b"'])
    expect(viewsOf(aCall('cmd', { command: 'cmd /c '.repeat(50) })).incomplete).toBe('too_deep')
  })

  test('a PowerShell pipeline is one process', () => {
    expect(summaryOf(aCall('powershell', { command: 'Get-Process | Stop-Process; whoami' }))).toEqual([
      ['process_creation', 'powershell.exe -Command Get-Process | Stop-Process; whoami'],
    ])
  })
})

test('without any sign of the operating system, the views say that it was assumed', () => {
  expect(viewsOf(aCall('Bash', { command: 'id' })).systemAssumed).toBe(true)
  expect(viewsOf(aCall('Bash', { command: 'id' }, { attributes: { 'os.type': 'linux' } })).systemAssumed).toBe(false)
  expect(viewsOf({ ...aCall('Bash', { command: 'id' }), system: 'linux' }).systemAssumed).toBe(false)
  expect(viewsOf(aCall('Bash', { command: 'id' }, { attributes: { cwd: '/home/kim' } })).systemAssumed).toBe(false)
})
