import { LIMITS } from '@sentinelmesh/api/constants'
import { useMutation } from '@tanstack/react-query'
import type { inferRouterOutputs } from '@trpc/server'
import type { AppRouter } from '@sentinelmesh/api'
import { useState } from 'react'
import { Button } from '../../components/inputs/button.tsx'
import { Field, FieldError } from '../../components/inputs/field.tsx'
import { toFault } from '../../fault.ts'
import { useTRPC } from '../../trpc.ts'

export type SetUp = inferRouterOutputs<AppRouter>['auth']['setup']

interface Values {
  readonly org: string
  readonly username: string
  readonly password: string
}

type Problems = Partial<Record<keyof Values, string>>

export function OrganizationForm({
  token,
  onDone,
}: {
  readonly token: string
  readonly onDone: (made: SetUp) => void
}) {
  const trpc = useTRPC()
  const [values, setValues] = useState<Values>({ org: '', username: '', password: '' })
  const [problems, setProblems] = useState<Problems>({})
  const setUp = useMutation(trpc.auth.setup.mutationOptions({ onSuccess: onDone }))
  const fault = setUp.isError ? toFault(setUp.error) : undefined
  const refusedPassword = fault?.details.issues?.find(({ loc }) => loc.at(-1) === 'password')?.msg

  const set = (name: keyof Values) => (value: string) => {
    setValues({ ...values, [name]: value })
    if (problems[name] !== undefined) setProblems({ ...problems, [name]: undefined })
    if (setUp.isError) setUp.reset()
  }

  return (
    <form
      noValidate
      className="max-w-md"
      onSubmit={(event) => {
        event.preventDefault()
        const found = check(values)
        setProblems(found)
        if (Object.keys(found).length === 0) setUp.mutate({ token, ...values })
      }}
    >
      <Field
        label="Organization"
        name="organization"
        autoComplete="organization"
        maxLength={LIMITS.orgChars}
        value={values.org}
        error={problems.org}
        hint="Entries, rules, and keys belong to an organization."
        onChange={(event) => set('org')(event.target.value)}
      />
      <Field
        label="Username"
        name="username"
        className="mt-4"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={LIMITS.usernameChars}
        value={values.username}
        error={problems.username ?? (fault?.code === 'username_taken' ? 'This username is taken.' : undefined)}
        onChange={(event) => set('username')(event.target.value)}
      />
      <Field
        label="Password"
        name="password"
        type="password"
        className="mt-4"
        autoComplete="new-password"
        maxLength={LIMITS.passwordChars}
        value={values.password}
        error={problems.password ?? refusedPassword}
        hint={`At least ${LIMITS.passwordMinChars} characters, and not a common password. Several unrelated words work well.`}
        onChange={(event) => set('password')(event.target.value)}
      />
      {fault !== undefined && fault.code !== 'username_taken' && refusedPassword === undefined && (
        <div className="mt-3">
          <FieldError>{fault.message}</FieldError>
          {fault.requestId !== null && <p className="mt-1 text-small text-ink-3">Request {fault.requestId}</p>}
        </div>
      )}
      <Button type="submit" look="primary" className="mt-5 h-9 px-4 text-body coarse:h-11" busy={setUp.isPending}>
        Create organization
      </Button>
    </form>
  )
}

function check({ org, username, password }: Values): Problems {
  const length = [...password].length
  return {
    ...nameProblem('org', org, 'Enter a name for the organization.'),
    ...nameProblem('username', username, 'Choose a username.'),
    ...(length === 0
      ? { password: 'Choose a password.' }
      : password.length < LIMITS.passwordMinChars
        ? { password: `Use at least ${LIMITS.passwordMinChars} characters. This password has ${length}.` }
        : {}),
  }
}

function nameProblem(field: 'org' | 'username', value: string, missing: string): Problems {
  if (value.trim() === '') return { [field]: missing }
  return value.trim() === value ? {} : { [field]: 'Remove the space at the start or end.' }
}
