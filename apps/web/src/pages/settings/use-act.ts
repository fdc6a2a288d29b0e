import { useMutation, useQueryClient } from '@tanstack/react-query'
import { toFault } from '../../fault.ts'
import { useSession } from '../../shell/session.tsx'
import { useSay } from '../../shell/toast.tsx'

/** A write of a settings page: on success what is shown is read anew, else a toast says why. `run` gives undefined where it failed. */
export function useAct<Input, Output>(act: (input: Input) => Promise<Output>, failed: string) {
  const queries = useQueryClient()
  const { onSignedOut } = useSession()
  const say = useSay()
  const mutation = useMutation({
    mutationFn: (input: Input) => act(input),
    onSuccess: () => queries.invalidateQueries(),
    onError: (error) => {
      const fault = toFault(error)
      if (fault.code === 'unauthenticated') onSignedOut()
      say(`${failed}. ${fault.details.issues?.[0]?.msg ?? fault.say}`, 'failed')
    },
  })
  return {
    busy: mutation.isPending,
    run: (input: Input): Promise<Output | undefined> => mutation.mutateAsync(input).catch(() => undefined),
  }
}
