interface Page<Item> {
  readonly items: readonly Item[]
  /** The offset of the next page. It is null at the end of the list. */
  readonly next_offset: number | null
}

/** Fetches all pages of a list and returns their items. */
export async function allPages<Item>(page: (offset: number) => Promise<Page<Item>>): Promise<Item[]> {
  const all: Item[] = []
  for (let offset: number | null = 0; offset !== null;) {
    const { items, next_offset: next }: Page<Item> = await page(offset)
    all.push(...items)
    offset = next
  }
  return all
}
