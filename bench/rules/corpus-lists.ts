/** Rules with long value lists (four of emoji, one of hashes, two of package names), and two that match very often. */
import { demandsOf, selection, type Detection, type SelectionText } from './detections.ts'
import { SOURCES, type SourceShare } from './log-sources.ts'
import { hex, name, type Choice } from './words.ts'

const EMOJI = { first: 0x1f300, counts: [1_000, 960, 850, 745] }
const HASHES = 4_432
const PACKAGES = [1_090, 1_090]

export function rulesOfLists(choice: Choice): readonly (Detection & { readonly of: SourceShare })[] {
  const windowsSource = (name: string) => {
    const found = SOURCES.find(
      ({ source }) => source.product === 'windows' && name === (source.category ?? source.service),
    )
    if (found === undefined) throw new Error(`SOURCES has no Windows log source with the category or service ${name}.`)
    return found
  }
  const process = windowsSource('process_creation')
  const made = (source: SourceShare, ...selections: readonly SelectionText[]) => ({
    of: source,
    selections,
    condition: selections.map((one) => one.name).join(' and '),
    hit: selections.flatMap((one) => demandsOf(one, choice)),
  })
  let character = EMOJI.first
  const emoji = EMOJI.counts.map((count) => {
    const values = Array.from({ length: count }, () => String.fromCodePoint(character++))
    return made(process, selection('selection', [{ key: 'CommandLine|contains', values }]))
  })
  const hashes = choice.some(HASHES, () => `${choice.pick(['MD5=', 'IMPHASH='])}${hex(32, choice)}`)
  const packages = PACKAGES.map((count) =>
    made(
      process,
      selection('selection_img', [{ key: 'Image|endswith', values: ['\\node.exe'] }]),
      selection('selection_packages', [
        {
          key: 'CommandLine|contains',
          values: choice.some(
            count,
            () =>
              `${choice.chance(0.5) ? `@${name(choice)}/` : ''}${name(choice)}-${name(choice)}@${choice.between(0, 9)}.${choice.between(0, 30)}.${choice.between(0, 30)}`,
          ),
        },
      ]),
    ),
  )
  // Without routing, some rules match nearly every event of other log sources, as one of SigmaHQ's does.
  const wide: (Detection & { readonly of: SourceShare })[] = [
    {
      of: windowsSource('sysmon'),
      selections: [
        selection('filter_main_known', [
          { key: 'ImageLoaded|startswith', values: ['C:\\Windows\\System32\\', 'C:\\Windows\\SysWOW64\\'] },
        ]),
      ],
      condition: 'not 1 of filter_main_*',
      hit: [],
    },
    made(windowsSource('sysmon'), selection('selection', [{ key: 'EventID', values: [1] }])),
  ]
  return [
    ...emoji,
    ...wide,
    made(windowsSource('driver_load'), selection('selection', [{ key: 'Hashes|contains', values: hashes }])),
    ...packages,
  ]
}
