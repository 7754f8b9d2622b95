import { readFileSync } from 'node:fs'
import { Secret } from '@chancery/scep'

/** One of two variables: the secret itself, or the path of a file that holds it. */
export interface SecretSetting {
  readonly name: string
  readonly inline: string | undefined
  readonly path: string | undefined
}

export interface FoundSecret {
  /** Of the variable that gave it. */
  readonly name: string
  readonly secret: Secret
}

export function readSecretSetting(
  { name, inline, path }: SecretSetting,
  fault: (text: string) => void,
): FoundSecret | undefined {
  if (inline !== undefined && path !== undefined) {
    fault(`${name} and ${name}_FILE: give one of them, not both`)
    return undefined
  }
  if (path === undefined) return inline === undefined ? undefined : { name, secret: new Secret(inline) }
  try {
    // An editor ends a file with a line break that nobody means.
    return { name: `${name}_FILE`, secret: new Secret(readFileSync(path, 'utf8').replace(/\r?\n$/, '')) }
  } catch {
    fault(`${name}_FILE: the file cannot be read`)
    return undefined
  }
}
