/** The sentence in the body of a REST error, or the sentences of its issues. Null if there is none. */
export function errorDetail(body: unknown): string | null {
  const detail = typeof body === 'object' && body !== null && 'detail' in body ? body.detail : undefined
  if (typeof detail === 'string') return detail
  return Array.isArray(detail) ? detail.map(({ msg }: { msg?: unknown }) => String(msg)).join(' ') : null
}
