/**
 * Secrets in a set-up file are written as `{env: NAME}` or `{file: PATH}`, so that the file can be kept in git. Whoever reads
 * the file looks them up, and hands them on as `{secret: TEXT}`: a secret that stands in the file itself has no such form
 * and is refused.
 */
export interface SecretValue {
  readonly secret: string
}

/** Where a secret is to be found. */
export type SecretReference = { readonly env: string } | { readonly file: string }

/** What is read from the place, or the sentence that says why nothing is; the sentence follows `env NAME ` or `file PATH `. */
export type ReadSecret = (reference: SecretReference) => SecretValue | { readonly fault: string }

/** Looks references up in an environment and in files, by whoever may read them. */
export function secretReader(
  env: Readonly<Record<string, string | undefined>>,
  readText: (path: string) => string,
): ReadSecret {
  return (reference) => {
    if ('env' in reference) {
      const value = env[reference.env]
      return value === undefined || value === '' ? { fault: 'is not set' } : { secret: value }
    }
    try {
      // An editor ends a file with a line break that nobody means.
      const text = readText(reference.file).replace(/\r?\n$/, '')
      return text === '' ? { fault: 'is empty' } : { secret: text }
    } catch {
      return { fault: 'cannot be read' }
    }
  }
}

export interface Resolved {
  readonly document: unknown
  readonly faults: readonly string[]
}

/** Replaces every reference in a document; what is wrong with them is told all at once, by the place in the document. */
export function resolveReferences(document: unknown, read: ReadSecret): Resolved {
  const faults: string[] = []
  return { document: resolve(document, '', read, faults), faults }
}

function resolve(value: unknown, path: string, read: ReadSecret, faults: string[]): unknown {
  if (Array.isArray(value)) return value.map((item, index) => resolve(item, `${path}[${index}]`, read, faults))
  if (typeof value !== 'object' || value === null) return value
  const reference = referenceIn(value)
  if (reference === undefined) {
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [
        name,
        resolve(item, path === '' ? name : `${path}.${name}`, read, faults),
      ]),
    )
  }
  const found = read(reference)
  if (!('fault' in found)) return found
  const [[kind, name] = []] = Object.entries(reference)
  faults.push(`${path}: ${kind} ${name} ${found.fault}.`)
  return null
}

function referenceIn(value: object): SecretReference | undefined {
  const entries = Object.entries(value)
  const [[kind, name] = []] = entries
  const isReference = entries.length === 1 && (kind === 'env' || kind === 'file') && typeof name === 'string'
  return isReference ? (value as SecretReference) : undefined
}
