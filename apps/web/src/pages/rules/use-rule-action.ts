import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type Fault, toFault } from '../../fault.ts'
import { useSession } from '../../shell/session.tsx'
import { useToast } from '../../shell/toast.tsx'
import { useTRPC } from '../../trpc.ts'
import type { RuleDetail } from './rule-types.ts'

interface Action<Input, Output> {
  readonly busy: boolean
  readonly fault: Fault | undefined
  /** Resolves with undefined on failure; `fault` then says why. */
  readonly run: (input: Input) => Promise<Output | undefined>
  readonly reset: () => void
}

/**
 * A write to the rules. On success, all rule data is reloaded. `failed` starts the error message: `The rule was not
 * removed`.
 */
export function useRuleAction<Input, Output>(
  act: (input: Input) => Promise<Output>,
  failed: string,
): Action<Input, Output> {
  const trpc = useTRPC()
  const queries = useQueryClient()
  const { onSignedOut } = useSession()
  const toast = useToast()
  const mutation = useMutation({
    mutationFn: (input: Input) => act(input),
    onSuccess: (output) => {
      const detail: unknown = output
      if (isDetail(detail)) queries.setQueryData(trpc.rules.get.queryKey({ id: detail.id }), detail)
      void queries.invalidateQueries(trpc.rules.pathFilter())
    },
    onError: (error) => {
      const fault = toFault(error)
      if (fault.code === 'unauthenticated') onSignedOut()
      // Somebody else changed the rule first, so reload it.
      if (fault.code === 'conflict' || fault.code === 'not_found')
        void queries.invalidateQueries(trpc.rules.pathFilter())
      toast(`${failed}. ${fault.message}`, 'failed')
    },
  })
  return {
    busy: mutation.isPending,
    fault: mutation.isError ? toFault(mutation.error) : undefined,
    run: (input) => mutation.mutateAsync(input).catch(() => undefined),
    reset: mutation.reset,
  }
}

function isDetail(output: unknown): output is RuleDetail {
  return typeof output === 'object' && output !== null && 'text' in output && 'versions' in output && 'id' in output
}
