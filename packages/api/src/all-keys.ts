import { LIMITS } from './limits.ts'

/** Reads all pages of an organization's API keys. `page` returns the keys after a given one. */
export async function allKeys<Key extends { readonly id: string }>(
  page: (input: { after?: string }) => Promise<readonly Key[]>,
): Promise<Key[]> {
  const all: Key[] = []
  for (;;) {
    const after = all.at(-1)?.id
    const keys = await page(after === undefined ? {} : { after })
    all.push(...keys)
    if (keys.length < LIMITS.keysListed) return all
  }
}
