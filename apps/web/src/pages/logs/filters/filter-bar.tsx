import { clauses, parse, withoutClause, type Problem } from '@sentinelmesh/query'
import { LIMITS } from '@sentinelmesh/api/constants'
import { Search, TriangleAlert, X } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, type RefObject, useId, useMemo, useState } from 'react'
import { Keys } from '../../../components/inputs/button.tsx'
import { cn } from '../../../components/layout/class-names.ts'
import { visibleString } from '../../../components/text/visible-text.ts'
import { ProblemText } from './problem-text.tsx'
import { applySuggestion, suggest, type Suggestion } from './suggestions.ts'
import { useKnownValues } from './use-known-values.ts'

interface FilterBarProps {
  /** The committed query. */
  readonly q: string
  readonly onChange: (q: string) => void
  /** Errors that only the server finds. */
  readonly serverProblems: readonly Problem[]
  readonly input: RefObject<HTMLInputElement | null>
  /** The number of results. */
  readonly children: ReactNode
}

/** Chips and text are two views of one query; ⌥↵ toggles between them. */
export function FilterBar({ q, onChange, serverProblems, input, children }: FilterBarProps) {
  const parsed = useMemo(() => parse(q), [q])
  const broken = parsed.problems.length > 0 || serverProblems.length > 0
  const [mode, setMode] = useState<'chips' | 'text'>('chips')
  const asText = mode === 'text' || broken
  const [draft, setDraft] = useState(asText ? q : '')
  const [problems, setProblems] = useState<readonly Problem[]>([])
  const [open, setOpen] = useState(false)
  const known = useKnownValues(open)
  const [chosen, setChosen] = useState(-1)
  const [caret, setCaret] = useState(0)
  const id = useId()

  // Discards the draft if the query changes elsewhere or the other view is chosen.
  const [seen, setSeen] = useState({ q, asText })
  if (seen.q !== q || seen.asText !== asText) {
    setSeen({ q, asText })
    setDraft(asText ? q : '')
    setProblems([])
  }

  const chips = asText ? [] : clauses(parsed.ast)
  const suggestions = open ? suggest(draft, caret, known) : []
  const shownProblems =
    problems.length > 0 ? problems : broken && draft === q ? [...parsed.problems, ...serverProblems] : []

  function write(text: string, at = text.length) {
    setDraft(text)
    setCaret(at)
    setChosen(-1)
    setProblems([])
  }

  function commit(text: string) {
    const { problems: found } = parse(text)
    setProblems(found)
    if (found.length > 0) return
    setOpen(false)
    const trimmed = text.trim()
    if (asText) {
      setMode('chips')
      onChange(trimmed)
    } else if (trimmed !== '') {
      // Puts an OR query in parentheses before another condition is added.
      const kept = parsed.ast.type === 'or' ? `(${q})` : q
      const added = parse(trimmed).ast.type === 'or' && kept !== '' ? `(${trimmed})` : trimmed
      onChange(`${kept} ${added}`.trim())
    }
  }

  function take(suggestion: Suggestion) {
    const { text, caret: at } = applySuggestion(draft, suggestion)
    write(text, at)
    setOpen(true)
    window.requestAnimationFrame(() => input.current?.setSelectionRange(at, at))
  }

  function fix(problem: Problem) {
    if (problem.proposal === undefined) return
    const text = draft.slice(0, problem.start) + problem.proposal + draft.slice(problem.end)
    write(text)
    if (parse(text).problems.length === 0) commit(text)
    input.current?.focus()
  }

  function onKeyDown(event: KeyboardEvent<HTMLInputElement>) {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter' && event.altKey) {
      event.preventDefault()
      setMode(asText ? 'chips' : 'text')
      return
    }
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      if (suggestions.length === 0) return setOpen(true)
      const step = event.key === 'ArrowDown' ? 1 : -1
      setChosen((at) => (at + step + suggestions.length + 1) % (suggestions.length + 1))
      return
    }
    const suggestion = suggestions[chosen]
    if ((event.key === 'Enter' || event.key === 'Tab') && suggestion !== undefined) {
      event.preventDefault()
      take(suggestion)
      return
    }
    if (event.key === 'Enter') {
      event.preventDefault()
      commit(draft)
    } else if (event.key === 'Escape') {
      event.preventDefault()
      if (open && suggestions.length > 0) setOpen(false)
      else {
        write(asText ? q : '')
        setMode('chips')
        input.current?.blur()
      }
    } else if (event.key === 'Backspace' && draft === '' && chips.length > 0) {
      event.preventDefault()
      onChange(withoutClause(q, chips.length - 1))
    }
  }

  return (
    <div className="relative min-w-0 flex-1" data-own-keys>
      <div
        className={cn(
          'flex min-h-8.5 flex-wrap items-center gap-1.5 rounded-control border bg-surface py-0.5 pr-2 pl-2.5 has-[input:focus-visible]:outline-2 has-[input:focus-visible]:outline-focus',
          shownProblems.length > 0 ? 'border-danger' : 'border-control',
        )}
      >
        <Search size={15} strokeWidth={1.75} aria-hidden="true" className="shrink-0 text-ink-3" />
        {chips.length > 0 && (
          <ul aria-label="Filters" className="contents">
            {chips.map((chip, at) => (
              <li
                key={chip.text}
                className="flex max-w-80 items-center rounded-chip border border-line-strong bg-hover text-small"
              >
                <button
                  type="button"
                  className="min-w-0 truncate py-0.5 pl-1.5 focus-inset"
                  title="Edit as text"
                  onClick={() => {
                    setMode('text')
                    window.requestAnimationFrame(() => {
                      input.current?.focus()
                      input.current?.setSelectionRange(chip.start, chip.end)
                    })
                  }}
                >
                  <ChipText text={chip.text} />
                </button>
                <button
                  type="button"
                  aria-label={`Remove the filter ${visibleString(chip.text)}`}
                  className="flex size-6 items-center justify-center text-ink-3 hover:text-ink focus-inset coarse:size-11"
                  onClick={() => onChange(withoutClause(q, at))}
                >
                  <X size={12} aria-hidden="true" />
                </button>
              </li>
            ))}
          </ul>
        )}
        <div className="relative min-w-40 flex-1">
          <ProblemText text={draft} problems={shownProblems} input={input} />
          <input
            ref={input}
            role="combobox"
            aria-label="Search"
            aria-expanded={suggestions.length > 0}
            aria-controls={`${id}-list`}
            aria-autocomplete="list"
            aria-invalid={shownProblems.length > 0}
            aria-describedby={`${id}-problems`}
            {...(chosen >= 0 ? { 'aria-activedescendant': `${id}-${chosen}` } : {})}
            className="relative block h-7 w-full bg-transparent text-body outline-none placeholder:text-ink-3 coarse:h-11"
            placeholder={
              chips.length > 0 ? 'Add a filter or type text to match…' : 'Filter by field:value, or type text to match…'
            }
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={LIMITS.queryChars}
            value={draft}
            onChange={(event) => {
              write(event.target.value, event.target.selectionStart ?? event.target.value.length)
              setOpen(true)
            }}
            onKeyDown={onKeyDown}
            onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? 0)}
            onFocus={() => setOpen(true)}
            onBlur={() => setOpen(false)}
          />
        </div>
        <span className="ml-auto shrink-0 text-small text-ink-3 tabular-nums">{children}</span>
        <Keys className="max-tablet:hidden">/</Keys>
      </div>

      <div id={`${id}-problems`} aria-live="polite">
        {shownProblems.map((problem) => (
          <p
            key={`${problem.start} ${problem.message}`}
            className="mt-1 flex items-center gap-1.5 text-small text-danger"
          >
            <TriangleAlert size={13} strokeWidth={1.75} aria-hidden="true" className="shrink-0" />
            {visibleString(problem.message)}
            {problem.proposal !== undefined && (
              <button
                type="button"
                className="min-h-6 rounded-chip px-1 font-medium text-accent hover:underline"
                onClick={() => fix(problem)}
              >
                Use {visibleString(problem.proposal)}
              </button>
            )}
          </p>
        ))}
      </div>

      {suggestions.length > 0 && (
        <div
          id={`${id}-list`}
          role="listbox"
          aria-label="Suggestions"
          className="absolute top-full left-0 z-30 mt-1 w-full max-w-xl animate-appear rounded-card border border-line bg-raised p-1 shadow-float"
        >
          {suggestions.map((suggestion, at) => (
            // The input keeps the focus and marks the active option with `aria-activedescendant`.
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
            <div
              key={suggestion.insert}
              id={`${id}-${at}`}
              role="option"
              aria-selected={at === chosen}
              tabIndex={-1}
              className={cn(
                'flex min-h-7 items-center gap-3 rounded-control px-2 text-body coarse:min-h-11',
                at === chosen ? 'bg-hover' : 'hover:bg-hover',
              )}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => take(suggestion)}
            >
              <span className="shrink-0 font-medium">{visibleString(suggestion.insert)}</span>
              <span className="truncate text-small text-ink-3">{visibleString(suggestion.about)}</span>
            </div>
          ))}
          <div
            role="presentation"
            className="mt-1 border-t border-line px-2 pt-1.5 pb-0.5 text-micro font-normal text-ink-3"
          >
            A space means AND, and - excludes. Press <Keys>⌥↵</Keys> to edit all filters as text.
          </div>
        </div>
      )}
    </div>
  )
}

function ChipText({ text }: { readonly text: string }) {
  const shown = visibleString(text)
  const excluded = shown.startsWith('-')
  const rest = excluded ? shown.slice(1) : shown
  const colon = /^[\w.]+:/.exec(rest)?.[0]
  return (
    <>
      {excluded && <span className="font-semibold text-danger">−</span>}
      {colon !== undefined && <span className={excluded ? 'text-danger' : 'text-ink-3'}>{colon} </span>}
      <span className="font-medium">{colon === undefined ? rest : rest.slice(colon.length)}</span>
    </>
  )
}
