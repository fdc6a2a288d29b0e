/** Style of a tab, without its height. */
export const TAB_CLASS =
  '-mx-1 -mb-px border-b-2 border-transparent px-1 text-body font-medium text-ink-2 hover:text-ink focus-inset data-[state=active]:border-accent data-[state=active]:text-ink coarse:h-11'
