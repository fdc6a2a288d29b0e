import { useEffect, useImperativeHandle, useLayoutEffect, useRef, type Ref } from 'react'
import { createEditor, type Editor } from './editor.ts'
import { dependsOnOtherRules, type EditorProblem } from './problem.ts'
import type { RuleProblem } from '@sentinelmesh/api'
import { createRuleCheck } from './rule-check.ts'

/** Delays the check while the user types. */
const TYPING_MS = 200

export type EditorHandle = Pick<Editor, 'goTo' | 'replace' | 'focus'>

interface RuleEditorProps {
  /** The initial text. After that, the editor holds the text. */
  readonly text: string
  /** A new value opens `text` again. */
  readonly opened: string
  /** The text to compare with; null if nothing was saved yet. */
  readonly saved: string | null
  readonly readOnly: boolean
  readonly label: string
  /** Focuses the editor when it opens. */
  readonly focused: boolean
  readonly onChange: (text: string) => void
  readonly onSave: () => void
  /** Checks the text on the server, which knows the other rules. Called if the text refers to some. */
  readonly askServer: (text: string) => Promise<readonly RuleProblem[]>
  /** Null if the text could not be checked here. */
  readonly onChecked: (problems: readonly EditorProblem[] | null) => void
  readonly ref: Ref<EditorHandle>
}

/** Editor for the text of a rule, with problems and changes marked. */
export function RuleEditor(props: RuleEditorProps) {
  const { opened, saved, readOnly, ref } = props
  const host = useRef<HTMLDivElement>(null)
  const editor = useRef<Editor | null>(null)
  const check = useRef<(text: string) => void>(() => undefined)
  const latest = useRef(props)
  useLayoutEffect(() => {
    latest.current = props
  })

  useEffect(() => {
    const element = host.current
    if (element === null) return
    let timer: number | undefined
    let checks = 0
    const show = (problems: readonly EditorProblem[] | null) => {
      created.setProblems(problems ?? [])
      latest.current.onChecked(problems)
    }
    const checker = createRuleCheck((problems) => {
      const checkNumber = ++checks
      if (problems === null || !problems.some(dependsOnOtherRules)) {
        show(problems)
        return
      }
      latest.current.askServer(created.text()).then(
        (found) => checkNumber === checks && show(found.map((problem) => ({ ...problem, fix: null }))),
        // If the server is unreachable, the rule cannot be saved either.
        () => checkNumber === checks && show(problems.filter((problem) => !dependsOnOtherRules(problem))),
      )
    })
    check.current = (next) => checker.check(next)
    const created = createEditor(element, {
      text: latest.current.text,
      readOnly: latest.current.readOnly,
      label: latest.current.label,
      onSave: () => latest.current.onSave(),
      onChange: (next) => {
        latest.current.onChange(next)
        window.clearTimeout(timer)
        timer = window.setTimeout(() => checker.check(next), TYPING_MS)
      },
    })
    editor.current = created
    if (latest.current.focused) created.focus()
    return () => {
      window.clearTimeout(timer)
      checker.close()
      created.close()
      editor.current = null
    }
  }, [])

  // Only `opened` reopens the text, because `text` follows the user's edits.
  const shown = useRef<string | null>(null)
  useEffect(() => {
    const key = `${opened} ${readOnly}`
    if (shown.current !== null && shown.current !== key) editor.current?.open(latest.current.text, readOnly)
    if (shown.current !== key) {
      editor.current?.setSaved(latest.current.saved)
      check.current(latest.current.text)
    }
    shown.current = key
  }, [opened, readOnly])
  useEffect(() => editor.current?.setSaved(saved), [saved])

  useImperativeHandle(ref, () => ({
    goTo: (range) => editor.current?.goTo(range),
    replace: (range, replacement) => editor.current?.replace(range, replacement),
    focus: () => editor.current?.focus(),
  }))

  // Turns off page shortcuts while the user types: the shadow tree hides the focused element from them.
  return <div ref={host} data-own-keys data-testid="rule-editor" className="h-full min-h-0" />
}
