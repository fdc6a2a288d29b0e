import { Hourglass } from 'lucide-react'
import { Banner } from '../../../components/notices/banner.tsx'
import { Button } from '../../../components/inputs/button.tsx'
import type { LogListState } from '../../../live/log-list.ts'
import { dayOf, hourMinute } from '../../../time.ts'

interface SearchEndedProps {
  readonly ended: NonNullable<LogListState['ended']>
  readonly older: LogListState['older']
  readonly onOlder: () => void
}

/** The search ended at its time limit: how far it came, what would make it quicker, and a way on from there. */
export function SearchEnded({ ended: { searchedTo, narrow }, older, onOlder }: SearchEndedProps) {
  return (
    <Banner
      icon={Hourglass}
      look="warn"
      action={
        (older === 'stopped' || older === 'loading') && (
          <Button busy={older === 'loading'} onClick={onOlder}>
            Search further back
          </Button>
        )
      }
    >
      <strong className="font-semibold">The search ended at its time limit.</strong>{' '}
      {searchedTo !== null && `Looked at entries back to ${moment(Date.parse(searchedTo))}. `}
      {narrow}
    </Banner>
  )
}

function moment(at: number): string {
  return `${dayOf(at)}, ${hourMinute(at)}`
}
