import { Bone, RowsSkeleton } from '../../components/notices/waiting.tsx'

const BLOCK = 'rounded-card border border-line bg-surface'

export function OverviewSkeleton() {
  return (
    <div role="status" className="mx-auto flex max-w-[1680px] flex-col gap-3.5 p-5">
      <span className="sr-only">Loading the overview</span>
      <div className={`${BLOCK} flex h-17 flex-col justify-center gap-2.5 px-4`}>
        <Bone className="w-72" />
        <Bone className="w-110 max-w-full" />
      </div>
      <div className={`${BLOCK} grid h-23 grid-cols-5 items-center gap-4 px-4 max-tablet:grid-cols-2`}>
        {['a', 'b', 'c', 'd', 'e'].map((name) => (
          <Bone key={name} className="h-6 w-24" />
        ))}
      </div>
      <div className="grid grid-cols-12 gap-3.5">
        <div className={`${BLOCK} col-span-8 h-75 max-desktop:col-span-12`} />
        <div className={`${BLOCK} col-span-4 h-75 max-desktop:col-span-12`}>
          <RowsSkeleton rows={7} />
        </div>
      </div>
    </div>
  )
}
