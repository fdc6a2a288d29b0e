const STYLES = { bold: 1, dim: 2, red: 31, yellow: 33, green: 32, cyan: 36, marked: 7 } as const

/** Colors text for standard output if it is a terminal that supports colors and they are not turned off. */
export function paint(style: keyof typeof STYLES, text: string): string {
  return hasColors() ? `\u001b[${STYLES[style]}m${text}\u001b[0m` : text
}

export function isTerminal(): boolean {
  return process.stdout.isTTY === true
}

/** Node reads NO_COLOR and FORCE_COLOR itself. */
function hasColors(): boolean {
  return isTerminal() && process.stdout.hasColors()
}
