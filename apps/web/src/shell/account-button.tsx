import { lazy, Suspense, useState } from 'react'
import { ACCOUNT, AccountFace } from './account-face.tsx'
import { useSession } from './session.tsx'

const load = () => import('./account-menu.tsx')
const AccountMenu = lazy(async () => ({ default: (await load()).AccountMenu }))

/** Loads the menu on hover, focus, or click, because no page needs it for its first paint. */
export function AccountButton() {
  const { me } = useSession()
  const [wanted, setWanted] = useState(false)
  const face = (
    <button
      type="button"
      className={ACCOUNT}
      aria-haspopup="menu"
      aria-expanded={false}
      aria-label={`Account of ${me.username}`}
      onPointerEnter={() => void load()}
      onFocus={() => void load()}
      onClick={() => setWanted(true)}
    >
      <AccountFace me={me} />
    </button>
  )
  if (!wanted) return face
  return (
    <Suspense fallback={face}>
      <AccountMenu />
    </Suspense>
  )
}
