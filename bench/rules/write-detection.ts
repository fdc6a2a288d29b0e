import type { Detection, SelectionText } from './detections.ts'

/** Returns the YAML lines of `detection:`, indented as in SigmaHQ's rules. */
export function writeDetection({ selections, condition }: Detection): string[] {
  return ['detection:', ...selections.flatMap(writeSelection), `    condition: ${condition}`]
}

function writeSelection({ name, alternatives, keywords }: SelectionText): string[] {
  if (keywords !== null)
    return keywords.all
      ? [`    ${name}:`, `        '|all':`, ...keywords.values.map((value) => `            - ${quoted(value)}`)]
      : [`    ${name}:`, ...keywords.values.map((value) => `        - ${quoted(value)}`)]
  const [only] = alternatives
  const several = alternatives.length > 1
  const maps = several ? alternatives : [only ?? []]
  return [
    `    ${name}:`,
    ...maps.flatMap((searches) =>
      searches.flatMap(({ key, values }, index) => {
        const indent = several ? (index === 0 ? '        - ' : '          ') : '        '
        const [value] = values
        if (values.length === 1) return [`${indent}${key}: ${quoted(value ?? null)}`]
        return [`${indent}${key}:`, ...values.map((one) => `${' '.repeat(indent.length + 4)}- ${quoted(one)}`)]
      }),
    ),
  ]
}

function quoted(value: string | number | boolean | null): string {
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value)
}
