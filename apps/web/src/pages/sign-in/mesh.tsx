/** The decorative mesh behind the sign-in card. It is the same on every visit. */
const REACH = 175
const NODES = nodes(72)

interface Node {
  readonly x: number
  readonly y: number
}

function nodes(count: number): readonly Node[] {
  // R2, the additive recurrence of the plastic number, spreads points evenly; the sine hides its grid.
  return Array.from({ length: count }, (_, at) => ({
    x: Math.round(((0.5 + at * 0.754877666) % 1) * 1440 + 46 * Math.sin(at * 12.9)),
    y: Math.round(((0.5 + at * 0.569840291) % 1) * 900 + 46 * Math.cos(at * 78.2)),
  })).filter(
    // Leaves out the center, which the card covers.
    ({ x, y }) => Math.abs(x - 720) > 250 || Math.abs(y - 450) > 290,
  )
}

export function Mesh() {
  const links = NODES.flatMap((from, at) =>
    NODES.slice(at + 1)
      .filter((to) => Math.hypot(from.x - to.x, from.y - to.y) < REACH)
      .map((to) => ({ from, to })),
  )
  return (
    <svg
      aria-hidden="true"
      className="absolute inset-0 size-full text-line-strong"
      viewBox="0 0 1440 900"
      preserveAspectRatio="xMidYMid slice"
    >
      {links.map(({ from, to }) => (
        <line
          key={`${from.x} ${from.y} ${to.x} ${to.y}`}
          x1={from.x}
          y1={from.y}
          x2={to.x}
          y2={to.y}
          stroke="currentColor"
          opacity="0.4"
        />
      ))}
      {NODES.map(({ x, y }) => (
        <circle key={`${x} ${y}`} cx={x} cy={y} r="2.6" fill="currentColor" />
      ))}
    </svg>
  )
}
