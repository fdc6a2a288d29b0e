import { useMutation } from '@tanstack/react-query'
import { toFault } from '../../fault.ts'
import { counted } from '../../figures.ts'
import { useSession } from '../../shell/session.tsx'
import { useToast } from '../../shell/toast.tsx'

/** Downloads the org's own rules and settings as one YAML file. */
export function useExport(): { readonly busy: boolean; readonly start: () => void } {
  const { slug } = useSession()
  const toast = useToast()
  const run = useMutation({
    mutationFn: () => download(slug),
    onSuccess: ({ file, documents, settings }) => {
      save(`${slug}-rules.yml`, file)
      toast(
        `Exported ${counted(documents, 'document', 'documents')} and ${counted(settings, 'setting', 'settings')}. Built-in rules are not included`,
      )
    },
    onError: (error) =>
      toast(`The rules could not be exported. ${error instanceof TypeError ? toFault(error).message : error.message}`),
  })
  return { busy: run.isPending, start: () => run.mutate() }
}

/** Uses REST, which streams: the rules of an org can have up to 64 MiB. */
async function download(slug: string): Promise<{ file: Blob; documents: number; settings: number }> {
  const reply = await fetch('/api/v1/rules.yaml', { headers: { 'x-sentinelmesh-org': slug } })
  if (!reply.ok) {
    const { detail } = (await reply.json()) as { detail?: unknown }
    throw new Error(typeof detail === 'string' ? detail : `The server answered ${reply.status}.`)
  }
  const count = (name: string) => Number(reply.headers.get(`x-sentinelmesh-${name}`))
  return { file: await reply.blob(), documents: count('documents'), settings: count('settings') }
}

function save(name: string, file: Blob): void {
  const url = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The browser reads the URL shortly after the click.
  window.setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
