/** Formats that are not named after a product. */
const PLAIN: Record<string, readonly [one: string, many: string]> = {
  jwt: ['JSON web token', 'JSON web tokens'],
  private_key: ['private key', 'private keys'],
  authorization_header: ['authorization header', 'authorization headers'],
  bearer_token: ['bearer token', 'bearer tokens'],
  password_in_url: ['password in a URL', 'passwords in URLs'],
  assigned_secret: ['secret in an assignment', 'secrets in assignments'],
}

const SPELLED: Record<string, string> = {
  aws: 'AWS',
  api: 'API',
  github: 'GitHub',
  gitlab: 'GitLab',
  sentinelmesh: 'SentinelMesh',
  openai: 'OpenAI',
  openrouter: 'OpenRouter',
  npm: 'npm',
  pypi: 'PyPI',
  rubygems: 'RubyGems',
  sendgrid: 'SendGrid',
  digitalocean: 'DigitalOcean',
  age: 'age',
}

/** `1 GitHub token was masked before storage.` */
export function maskedNote(format: string, count: number): string {
  const plain = PLAIN[format]
  const name = plain === undefined ? productName(format, count) : plain[count === 1 ? 0 : 1]
  return `${count} ${name} ${count === 1 ? 'was' : 'were'} masked before storage.`
}

function productName(format: string, count: number): string {
  const [brand = '', ...rest] = format.split('_')
  const words = [
    SPELLED[brand] ?? brand.charAt(0).toUpperCase() + brand.slice(1),
    ...rest.map((word) => SPELLED[word] ?? word),
  ]
  return `${words.join(' ')}${count === 1 ? '' : 's'}`
}
