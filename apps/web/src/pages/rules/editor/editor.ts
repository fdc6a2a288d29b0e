import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { yaml } from '@codemirror/lang-yaml'
import { bracketMatching, indentUnit } from '@codemirror/language'
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint'
import { EditorState, type Text } from '@codemirror/state'
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from '@codemirror/view'
import { HIDDEN_CHARACTERS, visibleString } from '../../../components/text/visible-text.ts'
import { changedLines, setSaved } from './changed-lines.ts'
import { editorTheme } from './editor-theme.ts'
import type { EditorProblem, Range } from './problem.ts'

export interface EditorOptions {
  readonly text: string
  readonly readOnly: boolean
  /** Accessible name. */
  readonly label: string
  readonly onChange: (text: string) => void
  readonly onSave: () => void
}

export interface Editor {
  /** Opens another text with a new undo history. */
  open(text: string, readOnly: boolean): void
  /** Sets the text that the draft is compared with; null if nothing was saved yet. */
  setSaved(text: string | null): void
  setProblems(problems: readonly EditorProblem[]): void
  /** Replaces one range. The user can undo it. */
  replace(range: Range, text: string): void
  goTo(range: Range): void
  text(): string
  focus(): void
  close(): void
}

/**
 * CodeMirror in a shadow tree, where it uses constructed style sheets. In the page it would add a `<style>` element,
 * which the content security policy blocks.
 */
export function createEditor(host: HTMLElement, options: EditorOptions): Editor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' })

  const state = (text: string, locked: boolean) =>
    EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        lintGutter(),
        changedLines,
        highlightSpecialChars({ addSpecialChars: HIDDEN_CHARACTERS }),
        history(),
        drawSelection(),
        bracketMatching(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        yaml(),
        indentUnit.of('  '),
        EditorState.tabSize.of(2),
        keymap.of([
          {
            key: 'Mod-s',
            run: () => {
              options.onSave()
              return true
            },
          },
          ...defaultKeymap,
          ...historyKeymap,
        ]),
        readOnlyIf(locked),
        EditorView.contentAttributes.of({ 'aria-label': options.label, 'aria-multiline': 'true', tabindex: '0' }),
        typingOverSelection,
        EditorView.updateListener.of((update) => {
          if (update.docChanged) options.onChange(update.state.doc.toString())
        }),
        editorTheme,
      ],
    })

  const view = new EditorView({ state: state(options.text, options.readOnly), parent: root, root })

  const replace: Editor['replace'] = (range, text) => {
    const { from, to } = toOffsets(view.state.doc, range)
    view.dispatch({ changes: { from, to, insert: text }, selection: { anchor: from + text.length } })
    view.focus()
  }

  return {
    open(text, locked) {
      view.setState(state(text, locked))
    },
    setSaved(text) {
      view.dispatch({ effects: setSaved.of(text) })
    },
    setProblems(problems) {
      const { doc } = view.state
      const diagnostics = problems
        .map((problem): Diagnostic => {
          const fix = view.state.readOnly ? null : problem.fix
          return {
            ...toOffsets(doc, problem.range),
            severity: problem.severity,
            message: visibleString(
              problem.mend === null || fix !== null ? problem.message : `${problem.message} ${problem.mend}`,
            ),
            ...(fix === null
              ? {}
              : {
                  actions: [
                    {
                      name: `Use ${visibleString(fix.text)}`,
                      apply: () => replace(fix.range, fix.text),
                    },
                  ],
                }),
          }
        })
        .sort((a, b) => a.from - b.from)
      view.dispatch(setDiagnostics(view.state, diagnostics))
    },
    replace,
    goTo(range) {
      const { from, to } = toOffsets(view.state.doc, range)
      view.dispatch({
        selection: { anchor: from, head: to },
        effects: EditorView.scrollIntoView(from, { y: 'center' }),
      })
      view.focus()
    },
    text: () => view.state.doc.toString(),
    focus: () => view.focus(),
    close: () => view.destroy(),
  }
}

/**
 * When typing replaces a selection, the browser keeps the old style in a `style` attribute, which the content security
 * policy blocks and reports. This makes the same change without it.
 */
const typingOverSelection = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { state } = view
    if (event.inputType !== 'insertText' || event.data === null || event.isComposing) return false
    if (state.readOnly || state.selection.ranges.every(({ empty }) => empty)) return false
    view.dispatch(state.replaceSelection(event.data), { userEvent: 'input.type', scrollIntoView: true })
    return true
  },
})

/** Read-only text can still be navigated and copied with the keyboard. */
const readOnlyIf = (locked: boolean) => (locked ? [EditorState.readOnly.of(true)] : [])

/**
 * Converts lines and columns, which count from 1, to offsets. A position past the end becomes the nearest valid one.
 */
function toOffsets(doc: Text, range: Range): { readonly from: number; readonly to: number } {
  const offset = (line: number, column: number) => {
    const { from, length } = doc.line(Math.min(Math.max(line, 1), doc.lines))
    return from + Math.min(Math.max(column - 1, 0), length)
  }
  const from = offset(range.line, range.column)
  return { from, to: Math.max(from, offset(range.endLine, range.endColumn)) }
}
