/** Prints one figure as one line of JSON, and keeps it for the verdict at the end. */
export function figure(
  name: string,
  value: number,
  unit: string,
  about: Readonly<Record<string, number | string>> = {},
): void {
  process.stdout.write(`${JSON.stringify({ figure: name, value: round(value), unit, ...about })}\n`)
}

function round(value: number): number {
  return Number(value.toPrecision(4))
}

/** What is going on, for a person; figures alone go to standard output. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`)
}
