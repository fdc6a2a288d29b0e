import { LiveState } from '../../shell/live-state.tsx'
import { Page } from '../../shell/page.tsx'

export function OverviewPage() {
  return (
    <Page title="Overview" tools={<LiveState />}>
      <div />
    </Page>
  )
}
