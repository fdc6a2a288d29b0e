/** Character classes that secrets consist of. */
export const ALNUM = '[A-Za-z0-9]'
export const BASE64URL = '[A-Za-z0-9_-]'
export const BASE64 = '[A-Za-z0-9+/]'
export const HEX = '[0-9a-f]'
export const ANY_HEX = '[0-9a-fA-F]'
export const UPPER = '[A-Z0-9]'
export const LOWER = '[a-z0-9]'
export const UUID_BODY = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
