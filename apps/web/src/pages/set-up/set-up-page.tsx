import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { buttonClass, Button } from '../../components/inputs/button.tsx'
import { CopyButton } from '../../components/inputs/copy-button.tsx'
import { FullPageNotice } from '../../components/notices/full-page-notice.tsx'
import { maskedKey } from '../../components/connect-agent/masked-key.ts'
import { useTitle } from '../../components/layout/use-title.ts'
import { toFault } from '../../fault.ts'
import { useTRPC } from '../../trpc.ts'
import { OrganizationForm, type SetUp } from './organization-form.tsx'
import { SendFirstEntry, type Arrival } from './send-first-entry.tsx'
import { Steps } from './steps.tsx'

/** Guides from the set-up link that the server printed to a first entry and its explanation. */
export function SetUpPage() {
  useTitle('Set up')
  const trpc = useTRPC()
  const status = useQuery(trpc.auth.status.queryOptions())
  const [made, setMade] = useState<SetUp>()
  const [step, setStep] = useState<'organization' | 'key' | 'send'>('organization')
  const [copied, setCopied] = useState(false)
  const [arrival, setArrival] = useState<Arrival>()
  const token = window.location.hash.slice(1)

  if (made === undefined && status.data?.setup === false) {
    return (
      <FullPageNotice
        title="SentinelMesh is already set up"
        link={{ href: '/', text: status.data.me === null ? 'Sign in' : 'Go to the overview' }}
      >
        The set-up link was used. To add users, send them an invitation or run{' '}
        <code className="mono">sentinelmesh user create</code> on the server.
      </FullPageNotice>
    )
  }
  if (status.isError) {
    return (
      <FullPageNotice title="The server is not responding" fault={toFault(status.error)}>
        It may be stopped or still starting.
      </FullPageNotice>
    )
  }
  if (made === undefined && token === '') {
    return (
      <FullPageNotice title="The set-up link is incomplete" link={{ href: '/', text: 'Try again' }}>
        Open the complete link that the server printed when it started, including the part after the #. The link is also
        in the file <code className="mono">setup-link</code> in the data folder.
      </FullPageNotice>
    )
  }

  const current = step === 'organization' ? 0 : step === 'key' ? 1 : arrival === undefined ? 2 : 3
  return (
    <div className="flex min-h-dvh max-tablet:flex-col">
      <Steps
        current={current}
        steps={[
          { name: 'Create your organization', note: made?.me.org.name },
          {
            name: 'Get a key',
            note: made === undefined ? undefined : `${maskedKey(made.apiKey.key)}${copied ? ', copied' : ''}`,
          },
          { name: 'Send your first entry', note: arrival?.note },
          {
            name: 'See why it is risky',
            note: arrival === undefined ? undefined : matchedNote(arrival),
          },
        ]}
      />
      <main className="min-w-0 flex-1 px-21 py-20 max-desktop:px-8 max-desktop:py-10 max-tablet:px-4 max-tablet:py-6">
        <div className="max-w-[776px]">
          {step === 'organization' && (
            <>
              <Heading title="Create your organization">
                You become its owner. Agents report to it with keys. Only its members can see its entries.
              </Heading>
              <OrganizationForm
                token={token}
                onDone={(result) => {
                  setMade(result)
                  setStep('key')
                  // The token is used up, so remove it from the history.
                  window.history.replaceState(window.history.state, '', '/setup')
                }}
              />
            </>
          )}
          {made !== undefined && step === 'key' && (
            <>
              <Heading title="Get a key">
                Agents authenticate with this key. It is shown only once, and the server stores only a hash of it. If
                you lose it, create another.
              </Heading>
              <div className="flex items-center gap-3 rounded-card border border-line bg-sunken py-2.5 pr-2.5 pl-4">
                <code className="mono min-w-0 flex-1 truncate">
                  <span className="sr-only">Key, masked: </span>
                  {maskedKey(made.apiKey.key)}
                </code>
                <CopyButton text={made.apiKey.key} label="Copy key" onCopied={() => setCopied(true)} />
              </div>
              <p className="mt-2 text-small text-ink-3">
                The copied text is the full key. The commands in the next step contain it too.
              </p>
              <div className="mt-5">
                <Button look="primary" className="h-9 px-4 text-body coarse:h-11" onClick={() => setStep('send')}>
                  Continue
                </Button>
              </div>
            </>
          )}
          {made !== undefined && step === 'send' && (
            <SendFirstEntry
              slug={made.me.org.slug}
              url={status.data?.publicUrl ?? window.location.origin}
              apiKey={made.apiKey.key}
              arrival={arrival}
              onArrival={setArrival}
              onCopied={() => setCopied(true)}
            />
          )}
          {made !== undefined && step === 'send' && arrival === undefined && (
            <p className="mt-6">
              <a className={buttonClass('ghost', '-ml-2.5')} href={`/o/${made.me.org.slug}/overview`}>
                Skip to the overview
              </a>
            </p>
          )}
        </div>
      </main>
    </div>
  )
}

function Heading({ title, children }: { readonly title: string; readonly children: string }) {
  return (
    <>
      <h1 className="text-display">{title}</h1>
      <p className="mt-2 mb-6 text-body text-ink-2">{children}</p>
    </>
  )
}

function matchedNote({ row }: Arrival): string {
  if (row.unjudged) return 'Not judged'
  if (row.matches.length === 0) return 'No rule matched'
  return row.matches.length === 1 ? 'One rule matched' : `${row.matches.length} rules matched`
}
