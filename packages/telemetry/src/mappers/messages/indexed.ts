import type { AttributeValue, Attributes } from '../../otlp/telemetry.ts'
import type { JsonLike } from '../json.ts'

/** The longest path of any dialect is an index and `message.contents.0.message_content.image.image.url`. */
const MAX_PATH_SEGMENTS = 9

type Branch = Map<string, Branch | AttributeValue>

/**
 * Rebuilds a list that a dialect flattened into attributes, `<prefix>.0.role`, `<prefix>.0.tool_calls.0.id`, and so on.
 * Elements are in index order; gaps between indexes are ignored.
 */
export function listAt(attributes: Attributes, prefix: string): readonly JsonLike[] {
  const root: Branch = new Map()
  for (const [name, value] of attributes) {
    if (name.startsWith(`${prefix}.`)) put(root, name.slice(prefix.length + 1).split('.', MAX_PATH_SEGMENTS), value)
  }
  return inOrder([...root].filter(isElement))
}

function put(root: Branch, path: readonly string[], value: AttributeValue): void {
  let branch = root
  for (const name of path.slice(0, -1)) {
    const next = branch.get(name)
    const inner: Branch = next instanceof Map ? next : new Map()
    branch.set(name, inner)
    branch = inner
  }
  const last = path.at(-1) ?? ''
  if (!(branch.get(last) instanceof Map)) branch.set(last, value)
}

/** A branch whose names are all indexes becomes a list. */
function branchValue(branch: Branch): JsonLike {
  const members = [...branch]
  if (members.every(isElement)) return inOrder(members)
  const object = Object.create(null) as Record<string, JsonLike>
  for (const [name, value] of members) object[name] = valueOf(value)
  return object
}

type Entry = readonly [string, Branch | AttributeValue]

const isElement = ([name]: Entry) => /^\d{1,15}$/.test(name)
const valueOf = (value: Branch | AttributeValue) => (value instanceof Map ? branchValue(value) : value)

function inOrder(elements: readonly Entry[]): readonly JsonLike[] {
  return elements.toSorted(([one], [other]) => Number(one) - Number(other)).map(([, value]) => valueOf(value))
}
