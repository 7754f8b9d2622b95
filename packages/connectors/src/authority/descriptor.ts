import type { AuthorityKind } from '@chancery/ra'
import type { TObject } from 'typebox'
import { BUILT_IN_SETTINGS } from './built-in-settings.ts'
import { SCEP_SETTINGS } from './scep-settings.ts'

/** What a kind of authority is and what it must be told: validation, OpenAPI and forms are made from it. */
export interface AuthorityDescriptor {
  readonly kind: AuthorityKind
  readonly title: string
  /** One sentence for somebody who has to choose. */
  readonly meaning: string
  /** It makes certificates as an RA profile wants them; else it decides by itself, and a profile only checks requests. */
  readonly shapesCertificates: boolean
  /** Each field with `title` and `rule`; one that is `writeOnly` is a secret: sealed at rest, never answered. */
  readonly settings: TObject
}

export const AUTHORITY_DESCRIPTORS: Readonly<Record<AuthorityKind, AuthorityDescriptor>> = {
  'built-in': {
    kind: 'built-in',
    title: 'Built-in CA',
    meaning: 'Chancery signs with a key of its own, publishes the CRL and answers OCSP.',
    shapesCertificates: true,
    settings: BUILT_IN_SETTINGS,
  },
  scep: {
    kind: 'scep',
    title: 'Another SCEP server',
    meaning:
      'Chancery checks requests and passes them on as they are, with the challenge of the device, to another SCEP server, as its registration authority.',
    shapesCertificates: false,
    settings: SCEP_SETTINGS,
  },
}
