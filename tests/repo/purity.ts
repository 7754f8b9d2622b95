/** What a pure package does not do, and what it does instead. */
interface Impurity {
  readonly pattern: RegExp
  readonly instead: string
}

const CLOCK: readonly Impurity[] = [
  { pattern: /\bDate\.now\b/, instead: 'take `now` as an argument' },
  { pattern: /\bnew Date(?:\(\s*\)|(?!\s*\())/, instead: 'take `now` as an argument' },
  { pattern: /\bperformance\.(?:now|timeOrigin)\b/, instead: 'take `now` as an argument' },
]

const INPUT_AND_OUTPUT: readonly Impurity[] = [
  { pattern: /\bMath\.random\b/, instead: 'take random octets as an argument, or node:crypto for keys and IVs' },
  { pattern: /\bprocess\./, instead: 'take the value as an argument' },
  { pattern: /\bconsole\./, instead: 'return or throw it; the server logs' },
  { pattern: /\bset(?:Timeout|Interval|Immediate)\b/, instead: 'leave waiting to the caller' },
  { pattern: /\bglobalThis\.fetch\b/, instead: 'take `fetch` as an argument' },
]

/** Packages without clock and I/O: bytes, keys, time and nonces come in, values or bytes go out. */
export const PURE_PACKAGES: Readonly<Record<string, readonly Impurity[]>> = {
  'packages/pki': [...CLOCK, ...INPUT_AND_OUTPUT],
  'packages/scep': [...CLOCK, ...INPUT_AND_OUTPUT],
  'packages/ca': [...CLOCK, ...INPUT_AND_OUTPUT],
  // Waiting for the winner of a race (a duplicate in flight) is ra's own, reading a clock is not.
  'packages/ra': CLOCK,
}

/** Impure lines of a source file, each with what to do instead. Modules are judged by the import table. */
export function impurities(room: string, path: string, source: string): string[] {
  return withoutComments(source)
    .split('\n')
    .flatMap((line, index) =>
      (PURE_PACKAGES[room] ?? [])
        .filter(({ pattern }) => pattern.test(line))
        .map(({ instead }) => `${path}:${index + 1} ${line.trim()}: ${instead}`),
    )
}

/** Comments replaced by blanks, lines kept. */
function withoutComments(source: string): string {
  return source
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))
    .replace(/(^|[^:'"`])\/\/.*$/gm, '$1')
}
