import type { AuthorityKind } from '@chancery/ra'
import { type TObject, Type } from 'typebox'
import { BUILT_IN_SETTINGS } from './built-in-settings.ts'

/** What a kind of authority is and what it must be told: validation, OpenAPI and forms are made from it. */
export interface AuthorityDescriptor {
  readonly kind: AuthorityKind
  readonly title: string
  /** One sentence for somebody who has to choose. */
  readonly meaning: string
  /** Each field with `title` and `rule`; one that is `writeOnly` is a secret: sealed at rest, never answered. */
  readonly settings: TObject
}

export const AUTHORITY_DESCRIPTORS: Readonly<Record<AuthorityKind, AuthorityDescriptor>> = {
  'built-in': {
    kind: 'built-in',
    title: 'Built-in CA',
    meaning: 'Chancery signs with a key of its own, and publishes the CRL.',
    settings: BUILT_IN_SETTINGS,
  },
  scep: {
    kind: 'scep',
    title: 'Another SCEP server',
    meaning: 'Chancery checks requests and passes them on to another SCEP server, as its registration authority.',
    settings: Type.Object({}, { additionalProperties: false }),
  },
}
