/** Works out once what many followers need of an entry, and keeps it for as long as the entry; `given` must follow from it. */
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
