import { Asn1Error, Element, PkiError, type PublicKeyInfo } from '@chancery/pki'
import { ScepError } from '../scep-error.ts'
import type { InspectionNode } from './inspection.ts'
import type { Opening } from './opening.ts'

/** What every part of the tree needs to know. */
export interface Scene {
  /** The decoded input, in which offsets count. */
  readonly base: Buffer
  readonly showSecrets: boolean
  readonly now: Date
  /** Of the one who signed the message, when it is known. */
  readonly signerKey: PublicKeyInfo | undefined
  /** Describes a structure inside of another one. */
  readonly structure: (scene: Scene, e: Element, examined: Examined) => InspectionNode
}

/** What is known about a message beside its bytes. */
export interface Examined {
  /** One sentence about the signature of the outermost SignedData. */
  readonly signature?: string | undefined
  /** The outermost envelope, opened or not. */
  readonly opening?: Opening | undefined
}

export interface NodeParts {
  readonly value?: string | undefined
  readonly note?: string | undefined
  readonly children?: readonly InspectionNode[]
}

/** A node over bytes that may or may not stand in the input. */
export function node(
  scene: Scene,
  label: string,
  over: Element | Buffer | undefined,
  parts: NodeParts = {},
): InspectionNode {
  const bytes = over instanceof Element ? over.bytes : over
  const { value, note, children = [] } = parts
  return {
    label,
    ...(value !== undefined && { value }),
    ...(bytes !== undefined && extent(scene.base, bytes)),
    ...(note !== undefined && { note }),
    children,
  }
}

/** Elements are views of the input, so their place in it is known without having been kept. */
function extent(base: Buffer, bytes: Buffer): { offset?: number; length: number } {
  return contains(base, bytes)
    ? { offset: bytes.byteOffset - base.byteOffset, length: bytes.length }
    : { length: bytes.length }
}

export function contains(base: Buffer, bytes: Buffer): boolean {
  const offset = bytes.byteOffset - base.byteOffset
  return bytes.buffer === base.buffer && offset >= 0 && offset + bytes.length <= base.length
}

/** Whether this is what readers say of bytes that are not what was expected. */
export function isReadingFault(error: unknown): error is Error {
  return error instanceof Asn1Error || error instanceof PkiError || error instanceof ScepError
}

/** What can be read, or undefined. */
export function readable<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (isReadingFault(error)) return undefined
    throw error
  }
}

/** Several notes in one line. */
export function joined(...notes: readonly (string | undefined)[]): string | undefined {
  const said = notes.filter((note) => note !== undefined)
  return said.length === 0 ? undefined : said.join('; ')
}
