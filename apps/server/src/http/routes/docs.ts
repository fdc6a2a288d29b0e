import type { FastifyInstance } from 'fastify'
import { openApi } from '../openapi/openapi.ts'

type Json = Record<string, unknown>

/** Serves `/openapi.json`, and an HTML page of it without scripts. */
export function docsRoutes(app: FastifyInstance, publicOrigin: () => string): void {
  // Made once: anyone may request it, and it takes some 30 ms.
  let made: { readonly document: Json; readonly page: string } | undefined
  const once = () => {
    if (made !== undefined) return made
    const document = openApi(publicOrigin())
    made = { document, page: docsPage(document) }
    return made
  }
  app.get('/openapi.json', async () => once().document)
  app.get('/docs/style.css', async (_request, reply) => reply.type('text/css; charset=utf-8').send(STYLE))
  app.get('/docs', async (_request, reply) => reply.type('text/html; charset=utf-8').send(once().page))
}

function docsPage(document: Json): string {
  const { info, paths, components } = document as {
    info: Json
    paths: Record<string, Record<string, Json>>
    components: { schemas: Json }
  }
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>SentinelMesh API</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/docs/style.css"></head><body><main>
<h1>SentinelMesh API <small>${text(info['version'])}</small></h1>
<p>${text(info['description'])} The same as a file: <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1). Dashboard: <a href="/">/</a></p>
<nav aria-label="Endpoints"><ul>${operations.map(({ path, method, operation }) => `<li><a href="#${anchor(method, path)}"><code>${method.toUpperCase()} ${text(path)}</code></a> ${text(operation['summary'])}</li>`).join('')}</ul></nav>
<p>Credentials: <code>Authorization: Bearer &lt;access token or API key&gt;</code> or <code>X-API-Key: &lt;key&gt;</code>.</p>
${operations.map(section).join('\n')}
<h2 id="schemas">Schemas</h2>
${Object.entries(components.schemas)
  .map(
    ([name, schema]) =>
      `<section id="schema-${text(name)}"><h3>${text(name)}</h3><pre tabindex="0">${text(JSON.stringify(schema, null, 2))}</pre></section>`,
  )
  .join('\n')}
</main></body></html>`
}

function section({ path, method, operation }: { path: string; method: string; operation: Json }): string {
  const {
    summary,
    description,
    parameters = [],
    requestBody,
    responses,
  } = operation as {
    summary: string
    description?: string
    parameters?: Json[]
    requestBody?: { content: Json }
    responses: Record<string, Json>
  }
  const rows = parameters.map(
    (one) =>
      `<tr><td><code>${text(one['name'])}</code></td><td>${text(one['in'])}</td><td>${text(inWords(one['schema'] as Json))}${one['required'] === true ? ' (required)' : ''}</td></tr>`,
  )
  return `<section id="${anchor(method, path)}"><h2><code>${method.toUpperCase()} ${text(path)}</code></h2><p>${text(summary)}. ${text(description ?? '')}</p>
${rows.length === 0 ? '' : `<table><thead><tr><th>Parameter</th><th>In</th><th>Value</th></tr></thead><tbody>${rows.join('')}</tbody></table>`}
${requestBody === undefined ? '' : `<details><summary>Request: ${Object.keys(requestBody.content).map(text).join(', ')}</summary><pre tabindex="0">${text(JSON.stringify(requestBody.content, null, 2))}</pre></details>`}
<details><summary>Reply</summary><pre tabindex="0">${text(JSON.stringify(responses['200']?.['content'] ?? {}, null, 2))}</pre></details></section>`
}

/** Describes a parameter's schema in words. */
function inWords({ type, format, enum: values, minimum, maximum, maxLength, default: standard }: Json): string {
  const what = Array.isArray(values)
    ? `one of ${values.join(', ')}`
    : type === 'integer' || type === 'number'
      ? `a number from ${String(minimum)} to ${String(maximum)}`
      : format === 'date-time'
        ? 'an instant, such as 2026-04-14T14:22:16Z'
        : maxLength === undefined
          ? 'a text'
          : `a text of at most ${String(maxLength)} characters`
  return standard === undefined ? what : `${what}; otherwise ${String(standard)}`
}

function anchor(method: string, path: string): string {
  return text(`${method}${path.replaceAll(/[^a-z0-9]+/gi, '-')}`)
}

function text(value: unknown): string {
  return String(value)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

const STYLE = `:root{color-scheme:light dark;--ink:light-dark(#14181e,#e9ecf1);--soft:light-dark(#454d58,#aeb6c1);--canvas:light-dark(#f6f7f9,#0b0d11);--surface:light-dark(#fff,#12151a);--line:light-dark(#e1e5ea,#242a32);--link:light-dark(#454bcf,#9aa2ff)}
body{margin:0;background:var(--canvas);color:var(--ink);font:14px/1.6 system-ui,sans-serif}main{max-width:960px;margin:0 auto;padding:24px}h1{font-size:24px}h1 small{color:var(--soft);font-weight:400;font-size:14px}h2{font-size:16px;margin:0 0 4px}h3{font-size:14px}a{color:var(--link)}
section{background:var(--surface);border:1px solid var(--line);border-radius:8px;padding:16px;margin:14px 0}code,pre{font:12px/1.6 ui-monospace,monospace}pre{overflow:auto;max-height:400px;background:var(--canvas);border-radius:6px;padding:12px}nav ul{list-style:none;padding:0;columns:2}nav li{padding:2px 0}table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:4px 8px;border-top:1px solid var(--line)}td code{white-space:pre-wrap;word-break:break-word}summary{cursor:pointer;padding:4px 0}@media(max-width:700px){nav ul{columns:1}}`
