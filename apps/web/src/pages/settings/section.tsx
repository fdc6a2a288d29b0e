import type { ReactNode } from 'react'

interface SectionProps {
  readonly title: string
  readonly about: string
  readonly children: ReactNode
}

export function Section({ title, about, children }: SectionProps) {
  return (
    <section aria-label={title}>
      <h2 className="text-strong">{title}</h2>
      <p className="mt-0.5 mb-3 text-body text-ink-2">{about}</p>
      {children}
    </section>
  )
}
