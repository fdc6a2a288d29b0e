/**
 * URLs of pages. They never contain text from reporters, because a model can read it even when it is percent-encoded.
 */
export interface Links {
  readonly overview: string
  entry(id: string): string
  /** The list of entries in a time range. `q` must contain only our own words. */
  entries(search: { readonly q?: string; readonly from?: string | undefined; readonly to?: string | undefined }): string
  rule(id: string): string
  readonly rules: string
}

export function links(origin: string, orgSlug: string): Links {
  const page = (name: string, search: Readonly<Record<string, string | undefined>> = {}) => {
    const given = Object.entries(search).filter((one): one is [string, string] => one[1] !== undefined && one[1] !== '')
    const text = given.length === 0 ? '' : `?${new URLSearchParams(given)}`
    return `${origin}/o/${encodeURIComponent(orgSlug)}/${name}${text}`
  }
  return {
    overview: page('overview'),
    entry: (id) => page('logs', { log: id }),
    entries: (search) => page('logs', search),
    rule: (id) => page('rules', { rule: id }),
    rules: page('rules'),
  }
}
