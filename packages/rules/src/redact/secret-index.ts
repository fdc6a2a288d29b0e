import { isSecretName } from './assigned-secret.ts'
import { findSecrets } from './find-secrets.ts'
import { SECRET_FORMATS } from './secret-formats.ts'
import { SECRET_LITERALS, type SecretLiteral } from './secret-literals.ts'

/**
 * What a rule set looks for in each entry beside its rules, so that `judge` searches for secrets only where one may be.
 * It is an option of compiling and no part of it, because an editor of rules masks nothing and need not load it.
 */
export interface SecretIndex {
  readonly literals: readonly SecretLiteral[]
  /** Whether the value of a member of this name may be a secret because of the name, or the name is one itself. */
  mayNameSecret(name: string): boolean
}

const NAMING_LITERALS = SECRET_FORMATS.filter(({ readsName }) => readsName).flatMap(({ literals }) => literals)
const NAMES_PROVIDER = new RegExp(NAMING_LITERALS.map((text) => text.replaceAll(/\W/g, String.raw`\$&`)).join('|'), 'i')

export const SECRET_INDEX: SecretIndex = {
  literals: SECRET_LITERALS,
  mayNameSecret: (name) => isSecretName(name) || NAMES_PROVIDER.test(name) || findSecrets(name).length > 0,
}
