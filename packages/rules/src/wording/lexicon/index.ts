import type { Lexicon } from '../concepts.ts'
import { CHINESE, JAPANESE, KOREAN } from './east-asian.ts'
import { ENGLISH } from './en.ts'
import { DANISH_NORWEGIAN, DUTCH, GERMAN, SWEDISH } from './germanic.ts'
import { ARABIC, HEBREW, PERSIAN, TURKISH, URDU } from './middle-eastern.ts'
import { FINNISH, GREEK, HUNGARIAN } from './other-european.ts'
import { FRENCH, SPANISH } from './romance.ts'
import { CATALAN, ITALIAN, PORTUGUESE, ROMANIAN } from './romance-more.ts'
import { CZECH_SLOVAK, POLISH, RUSSIAN, SOUTH_SLAVIC, UKRAINIAN } from './slavic.ts'
import { BENGALI, HINDI, TAMIL, TELUGU } from './south-asian.ts'
import { FILIPINO, INDONESIAN, SWAHILI, THAI, VIETNAMESE } from './southeast-asian.ts'

const OTHERS: readonly Lexicon[] = [
  GERMAN,
  FRENCH,
  SPANISH,
  PORTUGUESE,
  ITALIAN,
  DUTCH,
  POLISH,
  RUSSIAN,
  CHINESE,
  JAPANESE,
  KOREAN,
  SWEDISH,
  DANISH_NORWEGIAN,
  ROMANIAN,
  CATALAN,
  UKRAINIAN,
  CZECH_SLOVAK,
  SOUTH_SLAVIC,
  GREEK,
  HUNGARIAN,
  FINNISH,
  TURKISH,
  ARABIC,
  HEBREW,
  PERSIAN,
  URDU,
  HINDI,
  BENGALI,
  TAMIL,
  TELUGU,
  VIETNAMESE,
  INDONESIAN,
  THAI,
  FILIPINO,
  SWAHILI,
]

/** In other languages than English, the words for a model's prompt that are listed mean nothing else. */
export const LEXICONS: readonly Lexicon[] = [
  ENGLISH,
  ...OTHERS.map((lexicon) =>
    lexicon.HiddenPrompt === undefined ? lexicon : { ...lexicon, OwnPrompt: lexicon.HiddenPrompt },
  ),
]
