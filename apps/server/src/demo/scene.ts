import { fakeSecrets } from './fake-secrets.ts'
import type { Random } from './random.ts'

/** Things that texts speak of. Within one session a name stands for the same thing all along. */
const FACTS = {
  service: [
    'ingest-worker',
    'checkout-api',
    'billing-sync',
    'search-gateway',
    'mail-relay',
    'auth-proxy',
    'report-builder',
    'web-edge',
    'ledger',
    'quota-service',
    'image-resizer',
    'webhook-fanout',
  ],
  repo: [
    'northwind/ingest-worker',
    'northwind/checkout',
    'northwind/handbook',
    'northwind/infra',
    'northwind/sdk-js',
    'northwind/search',
    'northwind/mobile',
    'northwind/ledger',
  ],
  customer: [
    'Aldermoor Foods',
    'Brightwell Clinics',
    'Cobalt Freight',
    'Dunmore Energy',
    'Elmstead Books',
    'Fjordline Travel',
    'Greywater Labs',
    'Halden Optics',
    'Ironbridge Tools',
    'Juniper & Vale',
    'Kestrel Air',
    'Larkspur Hotels',
    'Monarch Tiles',
    'Orchard Mutual',
  ],
  person: [
    'Dana Whitlock',
    'Piotr Zielinski',
    'Grace Adeyemi',
    'Hugo Lindqvist',
    'Leila Haddad',
    'Mateo Rossi',
    'Nora Byrne',
    'Sanjay Kulkarni',
    'Tove Hansen',
    'Wei Zhang',
  ],
  file: [
    'src/queue/retry.ts',
    'src/http/timeouts.ts',
    'src/billing/proration.ts',
    'lib/cache/lru.go',
    'internal/ledger/post.go',
    'app/jobs/export_job.py',
    'src/search/tokenize.rs',
    'pkg/quota/window.go',
    'src/web/session.ts',
    'tests/test_currency.py',
  ],
  page: [
    'oncall.md',
    'rollback.md',
    'database-failover.md',
    'getting-started.md',
    'rate-limits.md',
    'webhooks.md',
    'backup-restore.md',
    'release-checklist.md',
  ],
  fault: [
    'connection reset by peer',
    'deadline exceeded after 30 s',
    'duplicate key value violates unique constraint',
    'heap limit reached',
    'certificate expires in 6 days',
    'queue depth above 10,000',
    '502 from upstream',
    'too many open files',
    'replica lag 48 s',
    'checksum mismatch in segment 41',
  ],
  topic: [
    'export to CSV stops at 10,000 rows',
    'invoice shows the old address',
    'webhook signature does not verify',
    'two-factor codes arrive late',
    'dark mode is unreadable on tablets',
    'dates are a day off in reports',
    'cannot invite a colleague',
    'search misses hyphenated words',
    'sync is stuck at 97 %',
    'the mobile app signs me out',
  ],
  plan: ['Starter', 'Team', 'Business', 'Enterprise'],
  table: ['orders', 'invoices', 'events', 'subscriptions', 'sessions', 'refunds', 'api_usage', 'tickets'],
  measure: [
    'weekly active teams',
    'median time to first response',
    'failed payments',
    'exports per account',
    'sign-ups by source',
    'API calls per plan',
    'churned accounts',
    'p95 latency',
  ],
  channel: ['#platform', '#cust-escalations', '#releases', '#billing', '#data-questions', '#incidents', '#docs'],
  version: ['v{#1-4}.{#0-19}.{#0-9}'],
  commit: ['{hex}'],
  message: ['m-{hex}'],
  number: ['{#120-980}'],
  replicas: ['{#3-12}'],
  ticket: ['T-{#20100-28990}'],
  invoice: ['NW-2{#10000-99999}'],
  change: ['CHG-{#3000-4999}'],
  cluster: ['eu-1', 'eu-2', 'us-east', 'us-west', 'ap-south'],
  city: ['Lisbon', 'Utrecht', 'Tampere', 'Leeds', 'Gdansk', 'Bilbao'],
} as const satisfies Record<string, readonly string[]>

export type Template = string | number | boolean | null | readonly Template[] | { readonly [key: string]: Template }
export type Filled = string | number | boolean | null | Filled[] | { [key: string]: Filled }

/** One session's choices. */
export interface Scene {
  readonly random: Random
  /** `{name}` a fact, `{a|b}` one of several, `{#1-9}` a number, `{hex}` seven digits, `{secret}` a fake key; other braces stay. */
  text(template: string): string
  /** The same for every string of a JSON value; a string that is nothing but one brace and gives digits becomes a number. */
  json(template: Template): Filled
}

export function sceneOf(random: Random): Scene {
  const known = new Map<string, string>()
  const secrets = fakeSecrets(random)

  function fact(name: string): string | undefined {
    if (!Object.hasOwn(FACTS, name)) return undefined
    const value = known.get(name) ?? text(random.pick<string>(FACTS[name as keyof typeof FACTS]))
    known.set(name, value)
    return value
  }

  function choose(braced: string, inner: string): string {
    const range = /^#(\d+)-(\d+)$/.exec(inner)
    if (range !== null) return String(random.int(Number(range[1]), Number(range[2])))
    if (inner === 'hex') return random.text(7, '0123456789abcdef')
    if (inner === 'secret') return random.pick([secrets.awsKeyId, secrets.githubToken, secrets.slackToken])()
    return inner.includes('|') ? random.pick(inner.split('|')) : (fact(inner) ?? braced)
  }

  /** Innermost braces first, so that a choice may hold facts and further choices. */
  function text(template: string): string {
    const filled = template.replaceAll(/\{([^{}]+)\}/g, choose)
    return filled === template ? filled : text(filled)
  }

  function json(template: Template): Filled {
    if (typeof template === 'string') {
      const filled = text(template)
      return /^\{[^{}]+\}$/.test(template) && /^\d+$/.test(filled) ? Number(filled) : filled
    }
    if (isList(template)) return template.map(json)
    if (typeof template !== 'object' || template === null) return template
    return Object.fromEntries(Object.entries(template).map(([key, value]) => [key, json(value)]))
  }

  return { random, text, json }
}

// Array.isArray does not narrow a readonly array out of a union.
function isList(template: Template): template is readonly Template[] {
  return Array.isArray(template)
}
