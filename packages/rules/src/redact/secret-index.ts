import { isSecretName } from './assigned-secret.ts'
import { findSecrets } from './find-secrets.ts'
import { SECRET_FORMATS } from './secret-formats.ts'
import { SECRET_LITERALS, type SecretLiteral } from './secret-literals.ts'

/**
 * Secret literals that a rule set searches for along with its rules, so that `judge` looks for secrets only where one
 * may be. It is an option of compiling, because a rule editor masks nothing and should not have to load it.
 */
export interface SecretIndex {
  readonly literals: readonly SecretLiteral[]
  /** Returns whether the name marks the value of its member as a possible secret, or may be a secret itself. */
  mayNameSecret(name: string): boolean
}

const NAMING_LITERALS = SECRET_FORMATS.filter(({ readsName }) => readsName).flatMap(({ literals }) => literals)
const NAMES_PROVIDER = new RegExp(NAMING_LITERALS.map((text) => text.replaceAll(/\W/g, String.raw`\$&`)).join('|'), 'i')

export const SECRET_INDEX: SecretIndex = {
  literals: SECRET_LITERALS,
  mayNameSecret: (name) => isSecretName(name) || NAMES_PROVIDER.test(name) || findSecrets(name).length > 0,
}
