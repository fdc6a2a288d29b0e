import { useState } from 'react'
import { Button } from '../../components/inputs/button.tsx'
import { Dialog } from '../../components/layout/dialog.tsx'
import { Field } from '../../components/inputs/field.tsx'
import { ShownText } from '../../components/text/shown-text.tsx'
import { useSession } from '../../shell/session.tsx'

interface EraseDialogProps {
  /** Null: everything. */
  readonly session: string | null
  readonly busy: boolean
  readonly onErase: () => void
  readonly onClose: () => void
}

/** Asks once more; for everything the organization's name is typed. */
export function EraseDialog({ session, busy, onErase, onClose }: EraseDialogProps) {
  const { me } = useSession()
  const [name, setName] = useState('')
  const sure = session !== null || name === me.org.name
  return (
    <Dialog title={session === null ? 'Erase everything?' : 'Erase this session?'} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (sure && !busy) onErase()
        }}
      >
        <p className="text-body">
          {session === null ? (
            <>
              All entries of <ShownText text={me.org.name} /> that are stored now are removed.
            </>
          ) : (
            <>
              All entries of session <ShownText text={session} /> that are stored now are removed.
            </>
          )}{' '}
          They cannot be brought back. Back-ups from before keep them until they are restored or deleted.
        </p>
        {session === null && (
          <Field
            label={`Type the organization's name to confirm`}
            hint={me.org.name}
            className="mt-4"
            value={name}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setName(event.target.value)}
          />
        )}
        <div className="mt-5 flex justify-end gap-2">
          <Button onClick={onClose}>Keep them</Button>
          <Button type="submit" look="danger" disabled={!sure} busy={busy}>
            {session === null ? 'Erase everything' : 'Erase session'}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
