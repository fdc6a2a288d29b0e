import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

/** CSS variables reach into the shadow tree, so one theme serves light and dark. */
const look = EditorView.theme({
  '&': { height: '100%', color: 'var(--text)', backgroundColor: 'var(--bg-sunken)' },
  // Drawn over the gutters and lines, which would cover an outline.
  '&.cm-focused': { outline: 'none' },
  '&.cm-focused::after': {
    content: '""',
    position: 'absolute',
    inset: '0',
    zIndex: '300',
    border: '2px solid var(--focus)',
    pointerEvents: 'none',
  },
  '.cm-scroller': {
    fontFamily: "'JetBrains Mono Variable', 'JetBrains Mono Fallback', ui-monospace, monospace",
    fontSize: '0.75rem',
    lineHeight: '1.25rem',
    // No ligatures: evidence is shown character by character.
    fontVariantLigatures: 'none',
    fontFeatureSettings: 'normal',
  },
  '.cm-content': { padding: '8px 0', caretColor: 'var(--text)' },
  '.cm-line': { padding: '0 16px 0 8px' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--bg-selected)',
  },
  '.cm-gutters': { color: 'var(--text-3)', backgroundColor: 'var(--bg-sunken)', border: 'none' },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '30px', padding: '0 6px 0 4px' },
  '.cm-gutter-lint': { width: '14px' },
  '.cm-gutter-lint .cm-gutterElement': { padding: '4px 0 0 2px' },
  '.cm-lint-marker': { width: '10px', height: '10px' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--bg-hover)' },
  '.cm-changedGutter .cm-gutterElement': { width: '4px', padding: '0' },
  '.cm-changedGutter .cm-added': { backgroundColor: 'var(--ok)' },
  '.cm-changedGutter .cm-deletedAbove': { boxShadow: 'inset 0 2px 0 var(--danger)' },
  '.cm-line.cm-addedLine': { backgroundColor: 'color-mix(in srgb, var(--ok) 14%, transparent)' },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': {
    backgroundColor: 'transparent',
    outline: '1px solid var(--border-control)',
  },
  '.cm-specialChar': { color: 'var(--warn)' },
  '.cm-tooltip': {
    color: 'var(--text)',
    backgroundColor: 'var(--bg-raised)',
    border: '1px solid var(--border)',
    borderRadius: '8px',
    boxShadow: '0 8px 24px rgb(0 0 0 / 0.22)',
    overflow: 'hidden',
    maxWidth: '520px',
  },
  '.cm-diagnostic': { padding: '8px 12px', fontSize: '0.75rem', lineHeight: '1.125rem' },
  '.cm-diagnostic-error': { borderLeft: '4px solid var(--danger)' },
  '.cm-diagnostic-warning': { borderLeft: '4px solid var(--warn)' },
  '.cm-diagnosticAction': {
    font: 'inherit',
    fontWeight: '500',
    color: 'var(--accent)',
    background: 'none',
    padding: '2px 6px',
    marginLeft: '8px',
    border: '1px solid var(--border-control)',
    borderRadius: '4px',
    cursor: 'pointer',
  },
})

const colors = HighlightStyle.define([
  { tag: [tags.definition(tags.propertyName), tags.propertyName], color: 'var(--syntax-key)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--syntax-string)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--syntax-number)' },
  { tag: [tags.comment, tags.lineComment], color: 'var(--text-3)' },
  { tag: [tags.meta, tags.typeName, tags.labelName, tags.keyword], color: 'var(--accent)' },
])

export const editorTheme = [look, syntaxHighlighting(colors)]
