/** `smk_••••••••••••4f0a`: enough to recognize a key. */
export function maskedKey(key: string): string {
  return `${key.slice(0, 4)}${'\u2022'.repeat(12)}${key.slice(-4)}`
}
