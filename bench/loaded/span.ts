/** Milliseconds since 1970. */
export interface Span {
  readonly from: number
  readonly to: number
}

export interface Counted {
  readonly answers: number
  readonly milliseconds: number
}

/** How many answers fell into spans of time that do not overlap, and how many between them, from the first to the last answer. */
export function answersIn(
  finishedAt: readonly number[],
  spans: readonly Span[],
): { readonly during: Counted; readonly between: Counted } {
  const sorted = finishedAt.toSorted((a, b) => a - b)
  const [begin, end] = [sorted[0] ?? 0, sorted.at(-1) ?? 0]
  const inside = spans
    .map(({ from, to }) => ({ from: Math.max(from, begin), to: Math.min(to, end) }))
    .filter(({ from, to }) => from < to)
  const milliseconds = inside.reduce((total, { from, to }) => total + to - from, 0)
  const answers = sorted.filter((at) => inside.some(({ from, to }) => at >= from && at < to)).length
  return {
    during: { answers, milliseconds },
    between: { answers: sorted.length - answers, milliseconds: end - begin - milliseconds },
  }
}
