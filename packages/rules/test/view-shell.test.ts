import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aCall, aCommand, eventsOf, fieldsOf, linesOf, readCommands } from './view-entries.ts'
import { originOf, VIEW_LIMITS, viewsOf } from '../src/views/index.ts'

const KiB = 1024

describe('the programs of a command', () => {
  test.each([
    ['a && b || c ; d & e | f |& g', ['a', 'b', 'c', 'd', 'e', 'f', 'g']],
    ['a\nb # c\n# d\ne', ['a', 'b', 'e']],
    ['(a; b) && { c; d; } > x', ['a', 'b', 'c', 'd']],
    ['if a; then b; elif c; then d; else e; fi', ['a', 'b', 'c', 'd', 'e']],
    ['for x in a b "$(c)"; do d $x; done', ['c', 'd $x']],
    ['for ((i=0; i<$(n); i++)); do d; done', ['n', 'd']],
    ['while a; do b; done < f', ['a', 'b']],
    ['until a; do b; done', ['a', 'b']],
    ['case $(a) in b|c) d ;; (e) f ;& *) g ;;& esac; h', ['a', 'd', 'f', 'g', 'h']],
    ['select x in a; do b; done', ['b']],
    ['a() { b; }; function c { d; }; a', ['b', 'd', 'a']],
    ['X=1 Y=$(a) b c', ['a', 'b c']],
    [`${'X'.repeat(3_000)}=1 ${'Y'.repeat(3_000)}[${'1'.repeat(1_000)}]+=2 b c`, ['b c']],
    ['X=(1 "2 3" $(a)) b', ['a', 'b']],
    ['a <<E1 <<-E2 | b\n$(c)\nE1\n\td `e`\n\tE2\nf', ['a', 'b', 'c', 'e', 'f']],
    ["a <<'E'\n$(b)\nE\nc", ['a', 'c']],
    ['a <<< "$(b)"', ['a', 'b']],
    ['a "$(b "$(c)")" `d \\`e\\``', ['a "$(b "$(c)")" `d \\`e\\``', 'b "$(c)"', 'c', 'd `e`', 'e']],
    ['a ${b:-$(c)} ${d//$(e)/f}', ['a ${b:-$(c)} ${d//$(e)/f}', 'c', 'e']],
    ['a $((1 + $(b))) $((2))', ['a $((1 + $(b))) $((2))', 'b']],
    ['((a = 1)); ((b) | c)', ['b', 'c']],
    ['((a ")) "; b "(") )', ['a ")) "', 'b "("']],
    [
      'a "$((b $\')) \\\' "\'; c `echo "))"`; d ${x:-)}) )"',
      [
        'a "$((b $\')) \\\' "\'; c `echo "))"`; d ${x:-)}) )"',
        "b $')) \\' \"'",
        'c `echo "))"`',
        'echo "))"',
        'd ${x:-)}',
      ],
    ],
    ['((1 # ))\n)); a', ['a']],
    ['a # do not\n# it\'s\nshift "$((OPTIND - 1))"; X["[y]"]=1', ['a', 'shift "$((OPTIND - 1))"']],
    ['[[ -f a && b =~ ^(c|d)$ ]] && e', ['e']],
    ['a <(b) >(c) 2>&1 > d', ['a <(b) >(c)', 'b', 'c']],
    ['a > b c', ['a c']],
    ['! a; time -p b; coproc c', ['a', 'b', 'c']],
    ["a 'b;c' \"d|e\" f\\;g $'h\\'i'", ["a 'b;c' \"d|e\" f\\;g $'h\\'i'"]],
    ['a \\\n  b', ['a \\\n  b']],
    ['ls @(a|b) !(c)', ['ls @(a|b) !(c)']],
    ['if (a) then b; elif { c; } then (d) else e; fi', ['a', 'b', 'c', 'd', 'e']],
    ['while [[ x ]] do a; done; ((1)) && b', ['a', 'b']],
    ['time -p -- a', ['a']],
    [`a "\${b#'"'}" "\${c:-'$(d)'}"; e`, [`a "\${b#'"'}" "\${c:-'$(d)'}"`, 'd', 'e']],
    ['a <<E\nb\\\nE\nE\nc', ['a', 'c']],
    ['a <<E\r\nb\r\nE\r\nc \\\r\nd\r#;e\r', ['a', 'c \\\r', 'd\r#', 'e']],
    ['[[ -e <(a) && $(b) ]]', ['a', 'b']],
    ['a |&>f b |&c', ['a', 'b', 'c']],
    ['coproc C { a; }; coproc D while b; do c; done; coproc d e', ['a', 'b', 'c', 'd e']],
    ['a $(b <<E)\nc\nE', ['a $(b <<E)', 'b', 'c', 'E']],
    ['a <<E "$(b\n c)"\nd\nE\ne', ['a "$(b\n c)"', 'b', 'c', 'e']],
    ['${ a; } $(b)', ['${ a; } $(b)', 'a', 'b']],
    ['echo "it\'s"; a', ['echo "it\'s"', 'a']],
  ])('%s', (command, lines) => {
    expect(linesOf(command)).toEqual(lines)
    expect(viewsOf(aCommand(command)).incomplete).toBeNull()
  })

  test.each([
    ['sh -c "a; b"', ['a', 'b']],
    ['bash -lc \'a "b" | c\'', ['a "b"', 'c']],
    ['bash -eo pipefail -c a', ['a']],
    ['zsh <<E\na $b\nc\nE', ['a $b', 'c']],
    ['sh <<E\n\\`a\\`; "\\$(b)" \\\nc\nE', ['`a`', 'a', '"$(b)" c', 'b']],
    ['bash <<< "a b"', ['a b']],
    ['sudo -u root -E X=1 a b', ['a b']],
    ['sudo -nu root -- a', ['a']],
    ['env -i X=1 a', ['a']],
    ['env -uX a', ['a']],
    ['x | xargs -0 -I {} a {}', ['xargs -0 -I {} a {}', 'a {}']],
    ['nohup a &', ['a']],
    ['timeout -k 5 --signal=KILL 10 a 20', ['a 20']],
    ['command time -f %e a', ['time -f %e a', 'a']],
    ['nice -n 5 ionice -c2 a', ['ionice -c2 a', 'a']],
    ['find . -name x -exec a -b {} \\;', ['a -b {}']],
    ['sudo sh -c "env a"', ['sh -c "env a"', 'env a', 'a']],
    ['find . -exec a {} \\; -o -execdir b \\; -delete', ['a {}', 'b']],
    ['eval "a $b" c', ['a $b c']],
    ['eval -- a', ['a']],
    ['su -c "a b" kim', ['a b']],
    ['su -lc a', ['a']],
    ['runuser -u kim --command=a', ['a']],
    ['script -qc a /dev/null', ['a']],
    ['env -u X -iS "a b" c', ['a b c']],
    ['env --split-string="a b"', ['a b']],
    ['bash - <<E\na\nE', ['a']],
    ['bash -s -- x <<E\na\nE', ['a']],
    ['sh /dev/stdin <<< a', ['a']],
    ['source /dev/stdin <<< a', ['a']],
  ])('include both %s and the command that it wraps', (command, lines) => {
    expect(linesOf(command).slice(1)).toEqual(lines)
  })

  test.each(['command -v a', 'sh a.sh', 'sudo -l', 'env', 'timeout 5', 'sh -c'])(
    'do not include others for %s',
    (command) => {
      expect(linesOf(command)).toEqual([command])
    },
  )

  test('have the names that the shell expands', () => {
    const images = (command: string) =>
      eventsOf(aCommand(command))
        .slice(1)
        .map((view) => fieldsOf(view)['Image'])
    expect(images(`c'a't a; "/bin/l"s; \\rm; $X/y; $'\\x69d'`)).toEqual([
      '/usr/bin/cat',
      '/bin/ls',
      '/usr/bin/rm',
      '$X/y',
      '/usr/bin/id',
    ])
    // Only the shell can know which program this is.
    expect(images('$X a')).toEqual([undefined])
  })
})

describe('files that a command writes', () => {
  test.each([
    ['a > x 2>> y', ['x', 'y']],
    ['a &> x; b >| y; c <> z', ['x', 'y', 'z']],
    ['> x', ['x']],
    ['(a; b) > "x y"', ['x y']],
    ['a | tee -a x y', ['x', 'y']],
    ['a > /dev/null 2>&1 >&-', []],
    ['a < x', []],
    ['a > >(b)', []],
  ])('%s', (command, files) => {
    const found = viewsOf(aCommand(command)).filter(({ name }) => name === 'file_event')
    expect(found.map((view) => fieldsOf(view)['TargetFilename'])).toEqual(files)
  })

  test('contain the text of their here-document', () => {
    const view = viewsOf(aCommand('cat > ~/.bashrc <<E\nalias x=y\nE\n', { cwd: '/home/kim/w' })).find(
      ({ name }) => name === 'file_event',
    )
    expect(view && fieldsOf(view)).toMatchObject({
      TargetFilename: ['~/.bashrc', '/home/kim/.bashrc'],
      Contents: 'alias x=y\n',
    })
  })
})

/** Shell syntax, and text that breaks shell parsers. */
const PIECES = (
  '$( ( ) { } ${ ` " \' \\ \\` ; ;; & && | || < > >> << <<- <<< <( >( $(( (( )) [[ ]] if then fi for in do done case esac ' +
  'while function select time ! # \n \t = a=( @( $\' $" EOF x sh\u0020-c sudo\u0020 xargs\u0020 eval\u0020 find\u0020-exec\u0020 -c -- \u0000 \ud800 é 2>&1 {fd}>'
).split(' ')
const script = fc.array(fc.constantFrom(...PIECES, ' ', '\n'), { maxLength: 60 }).map((parts) => parts.join(''))

describe('a command of any text', () => {
  test('is parsed to its end or abandoned with a reason, and every place is inside the text', () => {
    fc.assert(
      fc.property(fc.oneof(script, fc.string({ unit: 'binary' })), (command) => {
        const entry = aCommand(command)
        for (const { fields } of viewsOf(entry))
          for (const texts of fields.values())
            for (const text of texts) {
              expect(text.text).not.toBe('')
              expect(text.pieces.map(({ end, start }) => end - start).reduce((sum, length) => sum + length, 0)).toBe(
                text.text.length,
              )
              const wrong = text.pieces.filter(
                ({ how, start, end, leaf, from, to }) =>
                  leaf !== null &&
                  (from < 0 ||
                    from > to ||
                    to > leaf.text.length ||
                    (how === 'copied' && leaf.text.slice(from, to) !== text.text.slice(start, end))),
              )
              expect(wrong).toEqual([])
              const whole = originOf(text, { start: 0, end: text.text.length })
              expect(whole?.end ?? 0).toBeLessThanOrEqual(whole?.leaf.text.length ?? 0)
            }
      }),
      { seed: 5, numRuns: 3_000 },
    )
  })

  test('is parsed in linear time', () => {
    fc.assert(
      fc.property(script, fc.integer({ min: 2, max: 200 }), (part, times) => {
        const text = part.repeat(times)
        expect(readCommands(text).steps).toBeLessThanOrEqual(STEPS_PER_UNIT * text.length + 100)
      }),
      { seed: 6, numRuns: 1_000 },
    )
  })

  test.each([
    '$(',
    '`',
    '`\\`',
    '"$(',
    '(',
    '((',
    '$((',
    '{ ',
    '${',
    '${a:-',
    '"${a:-"',
    '<(',
    '<<A ',
    '<<A\n',
    'cat <<A\n$(\nA\n',
    '(((a);',
    '$((a);',
    'x=(',
    '@(a ',
    'case x in ',
    '$(case a in ',
    '[[ ',
    'coproc ',
    'function f ',
    'f() ',
    'if ',
    '! ',
    'a[',
    '$[',
    "$'",
    '\\',
    '> ',
    'a;',
    'a|',
    '#',
    'time ',
    'sudo ',
    'eval ',
    'find -exec ',
    'x -c ',
  ])('of 256 KiB and the same depth is parsed in linear time: %j', (part) => {
    const text = part.repeat(Math.ceil((256 * KiB) / part.length))
    expect(readCommands(text).steps).toBeLessThanOrEqual(STEPS_PER_UNIT * text.length + 100)
    expect(viewsOf(aCommand(text)).length).toBeGreaterThan(0)
    expect(viewsOf(aCommand(`${part.repeat(10_000)} x ${')'.repeat(10_000)}`)).length).toBeGreaterThan(0)
  })
})

/** A here-document within substitutions is parsed once per substitution, at most `depth` times. */
const STEPS_PER_UNIT = VIEW_LIMITS.depth + 8

describe('a command that exceeds the limits', () => {
  test('is marked as incomplete, and the whole command is still a view', () => {
    const many = viewsOf(aCommand('true;'.repeat(VIEW_LIMITS.commands + 1)))
    expect(many.incomplete).toBe('too_many')
    expect(many.length).toBe(VIEW_LIMITS.commands + 1)
    expect(many.map((view) => fieldsOf(view)['Incomplete']).filter(Boolean)).toEqual(['too_many'])
    expect(fieldsOf(many[0] ?? raise())['Incomplete']).toBe('too_many')
    expect(
      fieldsOf(viewsOf(aCommand('true;'.repeat(VIEW_LIMITS.commands)))[0] ?? raise())['Incomplete'],
    ).toBeUndefined()
    const deep = viewsOf(aCommand(`${'$('.repeat(VIEW_LIMITS.depth + 1)}x${')'.repeat(VIEW_LIMITS.depth + 1)}`))
    expect(deep.incomplete).toBe('too_deep')
    expect(fieldsOf(deep[0] ?? raise())['CommandLine']).toMatch(/^bash -c \$\(/)
    expect(viewsOf(aCommand('echo "open')).incomplete).toBe('unreadable')
    expect(viewsOf(aCommand('a $(b')).incomplete).toBe('unreadable')
    expect(viewsOf(aCommand(`${'sudo '.repeat(VIEW_LIMITS.depth + 1)}x`)).incomplete).toBe('too_deep')
  })

  test('loses the parent command line first', () => {
    const long = viewsOf(aCommand(`echo ${'x'.repeat(200 * KiB)}; ${'a;'.repeat(100)}`))
    expect(long.incomplete).toBe('too_long')
    const last = fieldsOf(long.at(-1) ?? raise())
    expect(last['CommandLine']).toBe('a')
    expect(last['ParentCommandLine']).toBeUndefined()
    const chars = long
      .flatMap(({ fields }) => [...fields.values()].flat())
      .reduce((sum, { text }) => sum + text.length, 0)
    expect(chars).toBeLessThanOrEqual(VIEW_LIMITS.chars + 8 * KiB)
  })

  test('cannot evade them with nested scripts', () => {
    const nested = (depth: number): string => (depth === 0 ? 'id' : `eval "$(eval "$(${nested(depth - 1)})")"`)
    const entry = aCommand(`: ${'x'.repeat(100 * KiB)}; ${nested(12)}`)
    expect(viewsOf(entry).incomplete).not.toBeNull()
  })

  test('is distinguished from arguments that cannot be parsed', () => {
    const broken = { ...aCall('Bash', {}), payload: { type: 'json', text: '{"arguments":' } as const }
    expect([...viewsOf(broken)]).toEqual([])
    expect(viewsOf(broken).incomplete).toBe('unreadable')
  })
})

function raise(): never {
  throw new Error('The view does not exist.')
}
