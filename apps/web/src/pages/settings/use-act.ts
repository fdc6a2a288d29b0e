import { useMutation, useQueryClient } from '@tanstack/react-query'
import { toFault } from '../../fault.ts'
import { useSession } from '../../shell/session.tsx'
import { useToast } from '../../shell/toast.tsx'

/** A write of a settings page. Success reloads all data; failure shows a toast, and `run` resolves with undefined. */
export function useAct<Input, Output>(act: (input: Input) => Promise<Output>, failed: string) {
  const queries = useQueryClient()
  const { onSignedOut } = useSession()
  const toast = useToast()
  const mutation = useMutation({
    mutationFn: (input: Input) => act(input),
    onSuccess: () => queries.invalidateQueries(),
    onError: (error) => {
      const fault = toFault(error)
      if (fault.code === 'unauthenticated') onSignedOut()
      toast(`${failed}. ${fault.details.issues?.[0]?.msg ?? fault.message}`, 'failed')
    },
  })
  return {
    busy: mutation.isPending,
    run: (input: Input): Promise<Output | undefined> => mutation.mutateAsync(input).catch(() => undefined),
  }
}
