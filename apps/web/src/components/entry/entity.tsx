import type { Row } from '@sentinelmesh/api'
import {
  Bot,
  CornerDownLeft,
  FileCode,
  Globe,
  MessageSquare,
  Plug,
  Quote,
  Settings2,
  Sparkles,
  SquareTerminal,
  User,
  Wrench,
  Zap,
  type LucideIcon,
} from 'lucide-react'
import { cn } from '../layout/class-names.ts'
import { ShownText } from '../text/shown-text.tsx'

export type Kind = Row['kind']

export const KIND_WORDS: Record<Kind, string> = {
  message: 'Message',
  prompt: 'Prompt',
  completion: 'Completion',
  tool_call: 'Tool call',
  tool_result: 'Tool result',
  tool_definition: 'Tool definition',
  system: 'System',
}

const KIND_ICONS: Record<Kind, LucideIcon> = {
  message: MessageSquare,
  prompt: Quote,
  completion: Sparkles,
  tool_call: Zap,
  tool_result: CornerDownLeft,
  tool_definition: FileCode,
  system: Settings2,
}

export function KindIcon({ kind, className }: { readonly kind: Kind; readonly className?: string }) {
  const Icon = KIND_ICONS[kind]
  return (
    <span className={cn('inline-flex shrink-0', className)} title={KIND_WORDS[kind]}>
      <Icon size={13} strokeWidth={1.75} aria-hidden="true" />
      <span className="sr-only">{KIND_WORDS[kind]}: </span>
    </span>
  )
}

const SHELLS = /^tool\.(shell|bash|sh|zsh|powershell|terminal|exec)\b/i

/** Icon by the prefix of the name. Without a known prefix, the kind of entry decides. */
function iconOf(
  name: string,
  kind: Kind | undefined,
  side: 'sender' | 'receiver',
): { readonly icon: LucideIcon; readonly word: string } {
  if (name.startsWith('agent.')) return { icon: Bot, word: 'Agent' }
  if (name === 'user' || name.startsWith('user.')) return { icon: User, word: 'User' }
  if (name.startsWith('model.')) return { icon: Sparkles, word: 'Model' }
  if (name.startsWith('mcp.')) return { icon: Plug, word: 'MCP server' }
  if (SHELLS.test(name)) return { icon: SquareTerminal, word: 'Tool' }
  if (name.startsWith('tool.')) return { icon: Wrench, word: 'Tool' }
  if (name.startsWith('host.')) return { icon: Globe, word: 'Host' }
  const isTool =
    (kind === 'tool_result' && side === 'sender') ||
    (kind === 'tool_call' && side === 'receiver') ||
    kind === 'tool_definition'
  if (isTool) return { icon: Wrench, word: 'Tool' }
  if (kind === 'prompt' && side === 'sender') return { icon: User, word: 'User' }
  if (kind === 'completion' && side === 'sender') return { icon: Sparkles, word: 'Model' }
  return { icon: Bot, word: 'Agent' }
}

interface EntityProps {
  readonly name: string
  readonly kind?: Kind
  readonly side?: 'sender' | 'receiver'
  readonly className?: string
}

export function Entity({ name, kind, side = 'sender', className }: EntityProps) {
  const { icon: Icon, word } = iconOf(name, kind, side)
  return (
    <span className={cn('inline-flex min-w-0 items-center gap-1.5', className)}>
      <Icon size={13} strokeWidth={1.75} aria-hidden="true" className="shrink-0 text-ink-3" />
      <span className="sr-only">{word} </span>
      <Name name={name} />
    </span>
  )
}

const MIN_CUT_CHARS = 18
const END_CHARS = 6
/** Only left-to-right names are cut in the middle; others are cut at the end. */
const ASCII = /^[\x20-\x7e]*$/

/** Cuts a long name in the middle: its start says what it is, and its end which one. */
function Name({ name }: { readonly name: string }) {
  if (name.length < MIN_CUT_CHARS || !ASCII.test(name))
    return <ShownText text={name} className="truncate font-medium text-ink" />
  return (
    <span className="flex min-w-0 font-medium text-ink" title={name}>
      <span className="truncate">{name.slice(0, -END_CHARS)}</span>
      <span className="shrink-0">{name.slice(-END_CHARS)}</span>
    </span>
  )
}
