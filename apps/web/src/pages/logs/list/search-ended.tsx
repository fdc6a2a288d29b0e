import { Hourglass } from 'lucide-react'
import { Banner } from '../../../components/notices/banner.tsx'
import { Button } from '../../../components/inputs/button.tsx'
import type { LogListState } from '../../../live/log-list.ts'
import { dayAndMinute } from '../../../time.ts'

interface SearchEndedProps {
  readonly ended: NonNullable<LogListState['ended']>
  readonly older: LogListState['older']
  readonly onOlder: () => void
}

/** Shown when a search stopped at its time limit: how far it got, how to narrow it, and a button to continue. */
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
      <strong className="font-semibold">The search stopped at its time limit.</strong>{' '}
      {searchedTo !== null && `It searched back to ${dayAndMinute(Date.parse(searchedTo))}. `}
      {narrow}
    </Banner>
  )
}
