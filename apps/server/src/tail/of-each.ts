/** Computes a value once per entry and caches it as long as the entry lives. `given` must depend on the entry alone. */
export function ofEach<Entry extends object, Given extends readonly unknown[], Made>(
  make: (entry: Entry, ...given: Given) => Made,
): (entry: Entry, ...given: Given) => Made {
  const known = new WeakMap<Entry, { readonly made: Made }>()
  return (entry, ...given) => {
    const found = known.get(entry) ?? { made: make(entry, ...given) }
    known.set(entry, found)
    return found.made
  }
}
