import type { FastifyInstance } from 'fastify'

export interface KnownRoutes {
  readonly list: readonly { readonly method: string; readonly url: string }[]
  /** The methods that a path knows, for 405; none for an unknown path. */
  methodsOf(path: string): string[]
}

/** Collects what is registered from now on. */
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

/** A path of the router as a test of paths: `:name` is one segment, `*` any rest. */
function pathTest(pattern: string): RegExp {
  const escaped = pattern.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)
  return new RegExp(`^${escaped.replaceAll(/:[^/]+/g, '[^/]+').replaceAll('*', '.*')}$`)
}
