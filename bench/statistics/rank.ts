/** A rank for each figure of both samples together; equal figures share the mean of their ranks. */
export interface Ranks {
  /** Sum of the ranks of the first sample. */
  readonly sumOfFirst: number
  /** Σ(t³ − t) over groups of t equal figures. */
  readonly ties: number
}

export function ranksOf(first: readonly number[], second: readonly number[]): Ranks {
  const all = Float64Array.from([...first, ...second])
  const order = Uint32Array.from(all.keys()).sort((a, b) => (all[a] as number) - (all[b] as number))
  let sumOfFirst = 0
  let ties = 0
  for (let from = 0; from < order.length; ) {
    let to = from
    let ofFirst = 0
    while (to < order.length && all[order[to] as number] === all[order[from] as number]) {
      if ((order[to] as number) < first.length) ofFirst++
      to++
    }
    const equal = to - from
    sumOfFirst += ofFirst * ((from + 1 + to) / 2)
    ties += equal ** 3 - equal
    from = to
  }
  return { sumOfFirst, ties }
}
