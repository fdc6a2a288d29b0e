export type Encoding = 'base64' | 'base64offset' | 'utf16le' | 'utf16be' | 'utf16'

/** Applies the encodings in order. Returns one form, or three for base64 at any byte offset. */
export function encodeText(text: string, encodings: readonly Encoding[]): string[] {
  const [first, second] = encodings
  const base64 = second ?? first
  const bytes = first?.startsWith('utf16') ? utf16(text, first) : new TextEncoder().encode(text)
  if (base64 === 'base64') return [toBase64(bytes)]
  if (base64 !== 'base64offset') return [String.fromCharCode(...bytes)]
  return [0, 1, 2].map((shift) => {
    const encoded = toBase64(new Uint8Array([...new Uint8Array(shift), ...bytes]))
    // Drop the characters that depend on neighboring bytes.
    const head = [0, 2, 3][shift] ?? 0
    const tail = [0, 3, 2][(bytes.length + shift) % 3] ?? 0
    return encoded.slice(head, encoded.length - tail)
  })
}

function utf16(text: string, encoding: Encoding): Uint8Array {
  const marked = encoding === 'utf16' ? `\uFEFF${text}` : text
  const bytes = new Uint8Array(marked.length * 2)
  for (let index = 0; index < marked.length; index++) {
    const code = marked.charCodeAt(index)
    const [low, high] = [code & 0xff, code >> 8]
    bytes[2 * index] = encoding === 'utf16be' ? high : low
    bytes[2 * index + 1] = encoding === 'utf16be' ? low : high
  }
  return bytes
}

const toBase64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes))
