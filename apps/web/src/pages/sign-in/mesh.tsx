/** A quiet mesh of agents behind the card. The places are made by a fixed recurrence: the same on every visit. */
const NODES = nodes(34)
const REACH = 210

interface Node {
  readonly x: number
  readonly y: number
}

function nodes(count: number): readonly Node[] {
  let state = 7
  const next = () => {
    state = (state * 16_807) % 2_147_483_647
    return state / 2_147_483_647
  }
  return Array.from({ length: count }, () => ({ x: Math.round(next() * 1440), y: Math.round(next() * 900) })).filter(
    // The card stands in the middle.
    ({ x, y }) => Math.abs(x - 720) > 260 || Math.abs(y - 450) > 300,
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
