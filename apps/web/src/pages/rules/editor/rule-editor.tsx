import { useEffect, useImperativeHandle, useLayoutEffect, useRef, type Ref } from 'react'
import { createEditor, type Editor } from './editor.ts'
import { namesOthers, type EditorProblem } from './problem.ts'
import type { RuleProblem } from '@sentinelmesh/api'
import { createRuleCheck } from './rule-check.ts'

/** Who types on is not checked in between. */
const TYPING_MS = 200

export type EditorHandle = Pick<Editor, 'goTo' | 'replace' | 'focus'>

interface RuleEditorProps {
  /** What it opens with. While somebody writes, the editor itself holds the text. */
  readonly text: string
  /** Another one opens `text` anew. */
  readonly opened: string
  /** What the text is compared with; null: nothing was saved yet. */
  readonly saved: string | null
  readonly readOnly: boolean
  readonly label: string
  /** Writing is what one came for. */
  readonly focused: boolean
  readonly onChange: (text: string) => void
  readonly onSave: () => void
  /** What the server says, which knows the other rules: asked where the text names some. */
  readonly askServer: (text: string) => Promise<readonly RuleProblem[]>
  /** Null: the text could not be checked here. */
  readonly onChecked: (problems: readonly EditorProblem[] | null) => void
  readonly ref: Ref<EditorHandle>
}

/** The text of a rule, with the engine's marks and with what differs from the saved text. */
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
    let answers = 0
    const show = (problems: readonly EditorProblem[] | null) => {
      made.setProblems(problems ?? [])
      latest.current.onChecked(problems)
    }
    const checker = createRuleCheck((problems) => {
      const mine = ++answers
      if (problems === null || !problems.some(namesOthers)) {
        show(problems)
        return
      }
      latest.current.askServer(made.text()).then(
        (found) => mine === answers && show(found.map((problem) => ({ ...problem, fix: null }))),
        // Without the server there is nothing to save with either.
        () => mine === answers && show(problems.filter((problem) => !namesOthers(problem))),
      )
    })
    check.current = (next) => checker.check(next)
    const made = createEditor(element, {
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
    editor.current = made
    if (latest.current.focused) made.focus()
    return () => {
      window.clearTimeout(timer)
      checker.close()
      made.close()
      editor.current = null
    }
  }, [])

  // Opening is told by `opened` alone: `text` follows what is written here.
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

  // The page's single keys do not answer while somebody writes: the shadow tree hides from them what has the focus.
  return <div ref={host} data-own-keys data-testid="rule-editor" className="h-full min-h-0" />
}
