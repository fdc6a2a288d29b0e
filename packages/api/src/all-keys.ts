import { LIMITS } from './limits.ts'

/** All API keys of an organization, by as many pages as it takes; `page` returns what comes after a key. */
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
