import { useMutation } from '@tanstack/react-query'
import { toFault } from '../../fault.ts'
import { counted } from '../../figures.ts'
import { useSession } from '../../shell/session.tsx'
import { useSay } from '../../shell/toast.tsx'

/** The org's own rules and settings as one YAML file, saved by the browser. */
export function useExport(): { readonly busy: boolean; readonly start: () => void } {
  const { client, slug } = useSession()
  const say = useSay()
  const run = useMutation({
    mutationFn: () => client.rules.export.query(),
    onSuccess: ({ text, documents, settings }) => {
      save(`${slug}-rules.yml`, text)
      say(
        `Exported ${counted(documents, 'document', 'documents')} and ${counted(settings, 'setting', 'settings')}. Built-in rules are not in it`,
      )
    },
    onError: (error) => say(`The rules could not be exported. ${toFault(error).say}`),
  })
  return { busy: run.isPending, start: () => run.mutate() }
}

function save(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/yaml' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The browser reads it a moment later.
  window.setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
