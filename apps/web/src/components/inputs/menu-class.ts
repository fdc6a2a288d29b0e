/**
 * How a menu looks. Closed, it has no animation: Radix keeps one that still moves in the page until it ends, and where
 * less motion is asked for there is no end to wait for.
 */
export const MENU_CLASS =
  'z-40 animate-appear rounded-card border border-line bg-raised p-1 shadow-float data-[state=closed]:animate-none'
