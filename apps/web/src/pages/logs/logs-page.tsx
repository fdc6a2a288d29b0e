import { LiveState } from '../../shell/live-state.tsx'
import { Page } from '../../shell/page.tsx'

export function LogsPage() {
  return (
    <Page title="Logs" tools={<LiveState />}>
      <div />
    </Page>
  )
}
