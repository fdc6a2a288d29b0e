/**
 * Style of a menu. A closed menu has no animation: Radix keeps it mounted until its animation ends, and with reduced
 * motion there is no end event.
 */
export const MENU_CLASS =
  'z-40 animate-appear rounded-card border border-line bg-raised p-1 shadow-float data-[state=closed]:animate-none'

export const MENU_ITEM_CLASS =
  'flex h-8 cursor-default items-center gap-2 rounded-control px-2 text-body text-ink outline-none select-none data-[highlighted]:bg-hover coarse:h-11'
