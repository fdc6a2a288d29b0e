import type { Lexicon } from '../concepts.ts'
import { ENGLISH } from './en.ts'

export const LEXICONS: readonly Lexicon[] = [ENGLISH]
