import { useState } from 'react'
import { Button } from '../../components/inputs/button.tsx'
import { Dialog } from '../../components/layout/dialog.tsx'
import { Field } from '../../components/inputs/field.tsx'
import { ShownText } from '../../components/text/shown-text.tsx'
import { useSession } from '../../shell/session.tsx'

interface EraseDialogProps {
  /** Null to erase everything. */
  readonly session: string | null
  readonly busy: boolean
  readonly onErase: () => void
  readonly onClose: () => void
}

/** Asks for confirmation. To erase everything, the user must type the organization's name. */
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
              This erases all stored entries of <ShownText text={me.org.name} />.
            </>
          ) : (
            <>
              This erases all stored entries of session <ShownText text={session} />.
            </>
          )}{' '}
          You cannot undo this. Earlier backups still contain them.
        </p>
        {session === null && (
          <Field
            label="Type the organization's name to confirm"
            hint={me.org.name}
            className="mt-4"
            value={name}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setName(event.target.value)}
          />
        )}
        <div className="mt-5 flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="danger" disabled={!sure} busy={busy}>
            {session === null ? 'Erase everything' : 'Erase session'}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
