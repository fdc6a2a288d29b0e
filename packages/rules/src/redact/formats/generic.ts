import { isPlaceholder, looksRandom } from '../placeholder.ts'
import { ASSIGNS, PROVIDER, QUOTE, reader, token, type SecretFormat } from '../secret-format.ts'
import { BASE64URL } from './characters.ts'

const GENERIC = 'general'
const notPlaceholder = { sure: (secret: string) => !isPlaceholder(secret) }
/** The first part of a JWT on its own only names an algorithm. */
const JWT_HEADER = /^eyJ[\w-]{8,60}\.?$/
const isCredential = {
  sure: (secret: string) => !isPlaceholder(secret) && !JWT_HEADER.test(secret) && !secret.startsWith('realm='),
}
/** The first line of a key follows its label closely, with at most a few headers between them. */
const PEM_LINE = /[A-Za-z0-9+/]{32}/
const PEM_HEAD_CHARS = 400

/** Secrets that belong to no provider, found by their structure or by the text next to them. */
export const GENERIC_FORMATS: readonly SecretFormat[] = [
  token('jwt', 'JSON Web Token', ['eyJ'], `${BASE64URL}{8,}\\.eyJ${BASE64URL}{8,}\\.${BASE64URL}{8,}`, 'RFC 7519', {
    startsRun: true,
  }),
  token(
    'jwe',
    'Encrypted JSON Web Token',
    ['eyJ'],
    `${BASE64URL}{8,}\\.${BASE64URL}{20,}\\.${BASE64URL}{8,}\\.${BASE64URL}{8,}\\.${BASE64URL}{8,}`,
    'RFC 7516',
    { name: 'jwt', startsRun: true },
  ),
  {
    id: 'private_key',
    name: 'private_key',
    title: 'Private key in PEM form, also without its end',
    source: 'RFC 7468',
    shape: '-----BEGIN (?:RSA |EC |OPENSSH |)PRIVATE KEY-----\n[A-Za-z0-9+/]{64}\n',
    literals: ['-----begin '],
    readsName: false,
    read: reader(
      String.raw`-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?<secret>[\s\S]*?)(?=-----END |$(?![\s\S]))`,
      '',
      { sure: (secret) => PEM_LINE.test(secret.slice(0, PEM_HEAD_CHARS)) },
    ),
  },
  {
    id: 'putty_key',
    name: 'private_key',
    title: 'PuTTY private key',
    source: PROVIDER,
    shape: 'Private-Lines: 2\n[A-Za-z0-9+/]{64}\n[A-Za-z0-9+/]{40}',
    literals: ['private-lines: '],
    readsName: false,
    read: reader(
      String.raw`Private-Lines: \d{1,4}(?:\\{1,8}[rn]|\s){1,4}(?<secret>(?:[A-Za-z0-9+/=]{4,}(?:\\{1,8}[rn]|\s){0,4}){1,512})`,
      '',
      notPlaceholder,
    ),
  },
  {
    id: 'authorization_header',
    name: 'authorization_header',
    title: 'Credentials in an Authorization header',
    source: 'RFC 9110',
    shape: 'Authorization: (?:Bearer|Basic|Token) [A-Za-z0-9+/]{24}',
    literals: ['authorization', 'x-api-key'],
    readsName: false,
    read: reader(
      String.raw`(?:authorization${QUOTE}${ASSIGNS}${QUOTE}(?:(?:bearer|basic|token|apikey|api-key|digest|bot|oauth|negotiate|sso-key|key)(?:\s|\+|%20){1,4})|x-api-key${QUOTE}${ASSIGNS}${QUOTE})(?<secret>[A-Za-z0-9+/_.~=-]{8,})`,
      'i',
      isCredential,
    ),
  },
  {
    id: 'bare_authorization_header',
    name: 'authorization_header',
    title: 'Credentials in an Authorization header without a scheme',
    source: 'RFC 9110',
    shape: 'Authorization: [A-Za-z0-9+/]{32}',
    literals: ['authorization'],
    readsName: false,
    read: reader(
      String.raw`(?<!::[a-z]{0,40})authorization${QUOTE}${ASSIGNS}${QUOTE}(?<secret>[A-Za-z0-9+/_.~=-]{16,})`,
      'i',
      {
        sure: (secret) => secret !== 'AWS4-HMAC-SHA256' && looksRandom(secret),
      },
    ),
  },
  {
    id: 'bearer_token',
    name: 'bearer_token',
    title: 'Bearer token',
    source: 'RFC 6750',
    shape: 'Bearer [A-Za-z0-9._~+/-]{32}',
    literals: ['bearer'],
    readsName: false,
    read: reader(String.raw`bearer(?:\s|\+|%20){1,4}(?<secret>[A-Za-z0-9+/_.~=-]{20,})`, 'i', {
      sure: (secret) => /\d/.test(secret) && isCredential.sure(secret),
    }),
  },
  {
    id: 'docker_auth',
    name: 'assigned_secret',
    title: 'User and password of a registry in a Docker configuration',
    source: PROVIDER,
    shape: '"auth": "[A-Za-z0-9+/]{24}"',
    literals: ['auth"', 'auth\\'],
    readsName: false,
    read: reader(String.raw`auth\\{0,16}"${ASSIGNS}${QUOTE}(?<secret>[A-Za-z0-9+/]{12,}={0,2})`, 'i', {
      sure: looksRandom,
    }),
  },
  {
    id: 'cookie',
    name: 'cookie',
    title: 'Values of a Cookie header',
    source: 'RFC 6265',
    shape: 'Cookie: sid=[A-Za-z0-9]{32}',
    literals: ['cookie'],
    readsName: false,
    read: reader(
      String.raw`cookie${QUOTE}\s{0,4}:\s{0,4}${QUOTE}(?<secret>[\w.-]{1,64}=[^\s"'\\,;]{1,4096}(?:;\s{0,2}[\w.-]{1,64}=[^\s"'\\,;]{1,4096}){0,64})`,
      'i',
      {
        sure: (secret) => secret.split(/;\s*/).some((pair) => isLongRandom(pair.slice(pair.indexOf('=') + 1))),
      },
    ),
  },
  {
    id: 'password_in_url',
    name: 'password_in_url',
    title: 'Password in a URL or a connection string',
    source: 'RFC 3986',
    shape: '(?:postgres|mongodb|redis|https)://app:[A-Za-z0-9]{16}@db.internal',
    literals: ['://'],
    readsName: false,
    read: reader(String.raw`:\/\/[^\s:@/"'<>]{0,64}:(?<secret>[^\s@/"'<>?#]{3,256})(?=@)`, '', notPlaceholder),
  },
  {
    id: 'token_in_url',
    name: 'password_in_url',
    title: 'Token as the user of a URL',
    source: 'RFC 3986',
    shape: 'https://[A-Za-z0-9]{40}@git.internal',
    literals: ['://'],
    readsName: false,
    read: reader(String.raw`:\/\/(?<secret>[A-Za-z0-9_-]{20,256})(?=(?::x-oauth-basic)?@)`, '', { sure: isLongRandom }),
  },
  {
    id: 'aws_secret_key',
    name: 'aws_secret_key',
    title: 'AWS secret access key next to its name',
    source: 'gitleaks',
    shape: 'aws_secret_access_key=[A-Za-z0-9/+]{40}',
    literals: ['secret', 'aws'],
    readsName: true,
    read: reader(
      String.raw`(?:aws[\w .-]{0,20}|secret[_-]?access[_-]?)key${QUOTE}${ASSIGNS}${QUOTE}(?<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])`,
      'i',
      notPlaceholder,
    ),
  },
  {
    id: 'command_line_user',
    name: 'password_in_command',
    title: 'User and password of a command: `curl -u user:password`',
    source: 'gitleaks',
    shape: 'curl -u app:[A-Za-z0-9]{16}',
    literals: [' -u', '--user', '--proxy-user'],
    readsName: false,
    read: reader(
      String.raw`(?: -u|--(?:proxy-)?user)[ =]{0,2}${QUOTE}[^\s"'\x60:\\=]{1,64}:(?!:)(?<secret>[^\s"'\x60\\]{6,256})`,
      'i',
      {
        sure: looksRandom,
      },
    ),
  },
  {
    id: 'command_line_password',
    name: 'password_in_command',
    title: 'Password of a command: `mysql -p…`, `sshpass -p …`, `docker login -p …`, `redis-cli -a …`',
    source: GENERIC,
    shape: '(?:sshpass -p |mysql -p|docker login -p |redis-cli -a )[A-Za-z0-9]{16}',
    literals: ['sshpass', 'mysql', 'mariadb', 'docker login', 'redis-cli', 'mongo'],
    readsName: false,
    read: reader(
      String.raw`(?:(?:mysql|mariadb)[a-z_-]{0,16}(?:\s{1,4}[^\s-]\S{0,64}|\s{1,4}-[^p\s]\S{0,64}){0,12}?\s{1,4}-p|(?:sshpass|docker login|mongo[a-z]{0,8})(?:\s{1,4}\S{1,80}){0,12}?\s{1,4}-p\s{0,2}|redis-cli(?:\s{1,4}\S{1,80}){0,8}?\s{1,4}-a\s{1,4})${QUOTE}(?<secret>[^\s"'\x60\\]{6,256})`,
      'i',
      { sure: looksRandom },
    ),
  },
  {
    id: 'netrc_password',
    name: 'assigned_secret',
    title: 'Password in a netrc file',
    source: PROVIDER,
    shape: 'machine api.internal login app password [A-Za-z0-9]{16}',
    literals: ['login '],
    readsName: false,
    read: reader(String.raw`login\s{1,4}\S{1,128}\s{1,8}password\s{1,4}(?<secret>\S{4,256})`, 'i', notPlaceholder),
  },
]

function isLongRandom(text: string): boolean {
  return text.length >= 16 && looksRandom(text)
}
