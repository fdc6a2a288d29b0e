/** The mesh as a hexagon with three connected corners, and the sentinel in the middle. */
export function Logo({ size = 22 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" aria-hidden="true" className="shrink-0">
      <path d="M12 2.2 20.5 7v10L12 21.8 3.5 17V7z" stroke="currentColor" strokeWidth="1.7" strokeLinejoin="round" />
      {size > 16 && (
        <path d="M12 12 20.5 7M12 12 3.5 7M12 12v9.8" stroke="currentColor" strokeWidth="1.7" opacity="0.55" />
      )}
      <circle cx="12" cy="12" r="5.2" className="fill-surface" />
      <circle cx="12" cy="12" r="3.6" className="fill-accent" />
    </svg>
  )
}
