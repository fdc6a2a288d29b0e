import { LIMITS } from '@sentinelmesh/api/constants'
import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react'
import { lazy, Suspense, useRef } from 'react'
import { Button } from '../../components/inputs/button.tsx'
import { ShownText } from '../../components/text/shown-text.tsx'
import { visibleString } from '../../components/text/visible-text.ts'
import { counted, exact } from '../../figures.ts'
import { useSession } from '../../shell/session.tsx'
import type { EditorProblem } from './editor/problem.ts'
import type { EditorHandle } from './editor/rule-editor.tsx'
import type { RuleProblem } from './rule-types.ts'

/** CodeMirror is loaded when a rule is opened, and the rule engine in a worker. */
const RuleEditor = lazy(async () => ({ default: (await import('./editor/rule-editor.tsx')).RuleEditor }))

export interface Checked {
  readonly problems: readonly (EditorProblem | RuleProblem)[]
  /** `unchecked` means that the engine could not run here; the server checks the rule on saving. */
  readonly state: 'checking' | 'done' | 'unchecked'
}

interface RuleTextProps {
  readonly text: string
  readonly opened: string
  readonly saved: string | null
  readonly readOnly: boolean
  /** Read-only text for small screens. */
  readonly plain: boolean
  readonly focused?: boolean
  readonly checked: Checked
  readonly onChange: (text: string) => void
  readonly onSave: () => void
  readonly onChecked: (checked: Checked) => void
}

/** The text of a rule, with its problems below. */
export function RuleText(props: RuleTextProps) {
  const { text, readOnly, plain, focused = false, checked, onChecked, ...rest } = props
  const { client } = useSession()
  const editor = useRef<EditorHandle>(null)
  const tooLong = tooLongProblem(text)
  const problems = tooLong === null ? checked.problems : [tooLong, ...checked.problems]
  const still = (
    // It scrolls, so keyboard users must be able to focus it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <pre tabIndex={0} aria-label="Rule as YAML" className="mono min-h-0 flex-1 overflow-auto bg-sunken p-4 focus-inset">
      <ShownText text={text} />
    </pre>
  )
  if (plain) return still
  return (
    <>
      <div className="min-h-0 flex-1">
        <Suspense fallback={<div className="flex h-full flex-col">{still}</div>}>
          <RuleEditor
            {...rest}
            ref={editor}
            text={text}
            readOnly={readOnly}
            focused={focused}
            label={readOnly ? 'Rule as YAML, read only' : 'Rule as YAML'}
            askServer={async (asked) => (await client.rules.check.mutate({ text: asked })).problems}
            onChecked={(found) =>
              onChecked(found === null ? { problems: [], state: 'unchecked' } : { problems: found, state: 'done' })
            }
          />
        </Suspense>
      </div>
      <Problems problems={problems} state={checked.state} readOnly={readOnly} editor={editor} />
    </>
  )
}

interface ProblemsProps {
  readonly problems: readonly (EditorProblem | RuleProblem)[]
  readonly state: Checked['state']
  readonly readOnly: boolean
  readonly editor: { readonly current: EditorHandle | null }
}

const SHOWN = 50

function Problems({ problems, state, readOnly, editor }: ProblemsProps) {
  const errors = problems.filter(({ severity }) => severity === 'error').length
  const warnings = problems.length - errors
  return (
    <section
      aria-label="Problems"
      className="relative flex max-h-36 shrink-0 flex-col overflow-y-auto border-t border-line"
    >
      <p
        role="status"
        className="sticky top-0 flex min-h-7 items-center gap-1.5 bg-surface px-5 py-1 text-small text-ink-2"
      >
        <StateIcon state={state} errors={errors} warnings={warnings} />
        {summary(state, errors, warnings, readOnly)}
      </p>
      {problems.length > 0 && (
        <ul className="pb-1.5">
          {problems.slice(0, SHOWN).map((problem) => {
            const fix = 'fix' in problem && !readOnly ? problem.fix : null
            return (
              <li
                key={`${problem.range.line}:${problem.range.column} ${problem.code} ${problem.message}`}
                className="flex items-start gap-2 px-5 py-0.5 text-small"
              >
                <SeverityIcon severity={problem.severity} />
                <button
                  type="button"
                  className="min-h-6 shrink-0 text-left font-mono text-accent hover:underline"
                  aria-label={`Go to line ${problem.range.line}`}
                  onClick={() => editor.current?.goTo(problem.range)}
                >
                  {problem.range.line}:{problem.range.column}
                </button>
                <span className="min-w-0 flex-1 pt-0.5 break-words">
                  <ShownText text={problem.message} />
                  {problem.mend !== null && fix === null && (
                    <span className="text-ink-2">
                      {' '}
                      <ShownText text={problem.mend} />
                    </span>
                  )}
                </span>
                {fix !== null && (
                  <Button className="min-h-6" onClick={() => editor.current?.replace(fix.range, fix.text)}>
                    Use {visibleString(fix.text)}
                  </Button>
                )}
              </li>
            )
          })}
          {problems.length > SHOWN && (
            <li className="px-5 text-small text-ink-3">and {exact(problems.length - SHOWN)} more</li>
          )}
        </ul>
      )}
    </section>
  )
}

function StateIcon({
  state,
  errors,
  warnings,
}: {
  readonly state: Checked['state']
  readonly errors: number
  readonly warnings: number
}) {
  if (errors > 0) return <SeverityIcon severity="error" />
  if (warnings > 0 || state === 'unchecked') return <SeverityIcon severity="warning" />
  return (
    <CircleCheck
      size={13}
      strokeWidth={1.75}
      aria-hidden="true"
      className={state === 'checking' ? 'text-ink-3' : 'text-ok'}
    />
  )
}

function SeverityIcon({ severity }: Pick<RuleProblem, 'severity'>) {
  const [Icon, color, word] =
    severity === 'error'
      ? ([CircleX, 'text-danger', 'Error'] as const)
      : ([TriangleAlert, 'text-warn', 'Warning'] as const)
  return (
    <span className={`mt-1 inline-flex shrink-0 ${color}`}>
      <Icon size={13} strokeWidth={1.75} aria-hidden="true" />
      <span className="sr-only">{word}: </span>
    </span>
  )
}

function summary(state: Checked['state'], errors: number, warnings: number, readOnly: boolean): string {
  if (state === 'unchecked') return 'The rule could not be checked here. The server checks it when you save.'
  const found = [
    errors > 0 ? counted(errors, 'error', 'errors') : '',
    warnings > 0 ? counted(warnings, 'warning', 'warnings') : '',
  ].filter(Boolean)
  if (found.length > 0) return `${found.join(', ')}${errors > 0 && !readOnly ? '. Fix the errors to save.' : ''}`
  return state === 'checking' ? 'Checking…' : 'Valid Sigma. No problems found.'
}

function tooLongProblem(text: string): RuleProblem | null {
  if (text.length <= LIMITS.ruleChars) return null
  return {
    file: null,
    range: { line: 1, column: 1, endLine: 1, endColumn: 1 },
    path: '$',
    code: 'too_large',
    severity: 'error',
    message: `The rule has ${exact(text.length)} characters; the limit is ${exact(LIMITS.ruleChars)}.`,
    mend: null,
    ruleId: null,
  }
}
