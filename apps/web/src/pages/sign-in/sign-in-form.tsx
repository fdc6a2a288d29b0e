import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../../components/inputs/button.tsx'
import { Field } from '../../components/inputs/field.tsx'
import { useCountdown } from '../../components/time/use-countdown.ts'
import { toFault } from '../../fault.ts'
import { useTRPC } from '../../trpc.ts'

interface SignInFormProps {
  readonly onSignedIn: (slug: string) => void
  /** The user whose session has ended. */
  readonly username?: string
}

/** Tells the user if failures of others on the same network used up the limit. */
function tooMany(limit: string | undefined): string {
  return limit === 'signInNetworkFailures' ? 'Too many wrong passwords from your network.' : 'Too many attempts.'
}

export function SignInForm({ onSignedIn, username: known = '' }: SignInFormProps) {
  const trpc = useTRPC()
  const [username, setUsername] = useState(known)
  const [password, setPassword] = useState('')
  const [missing, setMissing] = useState<{ username?: string; password?: string }>({})
  const wait = useCountdown()
  const signIn = useMutation(
    trpc.auth.signIn.mutationOptions({
      onSuccess: (me) => onSignedIn(me.org.slug),
      onError: (error) => {
        const { code, details } = toFault(error)
        if (code === 'rate_limited') wait.start(details.retryAfterSeconds ?? 5)
      },
    }),
  )
  const fault = signIn.isError ? toFault(signIn.error) : undefined

  function submit() {
    const found = {
      ...(username === '' ? { username: 'Enter your username.' } : {}),
      ...(password === '' ? { password: 'Enter your password.' } : {}),
    }
    setMissing(found)
    if (Object.keys(found).length === 0 && wait.seconds === 0) signIn.mutate({ username, password })
  }

  const refused =
    fault?.code === 'wrong_password'
      ? 'The username or password is wrong.'
      : fault?.code === 'rate_limited'
        ? wait.seconds > 0
          ? `${tooMany(fault.details.limit)} Try again in ${wait.seconds} s.`
          : 'You can try again now.'
        : fault?.message

  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <Field
        label="Username"
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        value={username}
        error={missing.username}
        onChange={(event) => setUsername(event.target.value)}
      />
      <Field
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        className="mt-3.5"
        value={password}
        error={missing.password ?? refused}
        onChange={(event) => setPassword(event.target.value)}
      />
      <Button
        type="submit"
        look="primary"
        className="mt-4 h-9 w-full text-body coarse:h-11"
        busy={signIn.isPending}
        disabled={wait.seconds > 0}
      >
        {wait.seconds > 0 ? `Sign in (${wait.seconds} s)` : 'Sign in'}
      </Button>
    </form>
  )
}
