import type { FastifyInstance } from 'fastify'

export interface KnownRoutes {
  readonly list: readonly { readonly method: string; readonly url: string }[]
  /** The methods of a path, for replies with 405. Empty for an unknown path. */
  methodsOf(path: string): string[]
}

/** Records every route that is registered after this call. */
export function knownRoutes(app: FastifyInstance): KnownRoutes {
  const list: { readonly test: RegExp; readonly method: string; readonly url: string }[] = []
  app.addHook('onRoute', ({ url, method }) => {
    for (const one of [method].flat()) list.push({ test: pathTest(url), method: one, url })
  })
  return {
    list,
    methodsOf: (path) =>
      [...new Set(list.filter(({ test }) => test.test(path)).map(({ method }) => method))].toSorted(),
  }
}

/** Converts a path of the router to a regular expression: `:name` matches one segment, `*` the rest. */
function pathTest(pattern: string): RegExp {
  const escaped = pattern.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)
  return new RegExp(`^${escaped.replaceAll(/:[^/]+/g, '[^/]+').replaceAll('*', '.*')}$`)
}
