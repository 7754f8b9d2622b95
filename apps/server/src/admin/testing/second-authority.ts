import { generateKey, type KeyKind, selfSignedRoot } from '@chancery/ca'
import { nameFromText, softwareSigningKey } from '@chancery/pki'
import { type ConfigurationEdit, uuidV7 } from '@chancery/ra'
import type { Store } from '@chancery/store'
import { exported } from '../../installation/ra-certificate.ts'

export interface AddedAuthority {
  readonly uuid: string
  readonly certificate: Buffer
}

/** For tests: an authority of the built-in kind beside the one of the first installation. */
export async function addAuthority(
  store: Store,
  { name = 'plant', keyKind = 'p-256' as KeyKind, isOwnRa = false, now = new Date() } = {},
): Promise<AddedAuthority> {
  const privateKey = await generateKey(keyKind)
  const subject = nameFromText(`CN=${name} CA`)
  const certificate = await selfSignedRoot({ subject, key: softwareSigningKey(privateKey), now, isOwnRa })
  const uuid = uuidV7(now)
  const edits: ConfigurationEdit[] = [
    {
      edit: 'addAuthority',
      authority: {
        uuid,
        name,
        kind: 'built-in',
        description: null,
        enabled: true,
        settings: {},
        secrets: undefined,
      },
    },
    {
      edit: 'addIssuer',
      issuer: {
        authorityUuid: uuid,
        generation: 1,
        state: 'current',
        certificate,
        chain: [],
        currentFrom: null,
        privateKey: exported(privateKey),
      },
    },
  ]
  await store.configuration.edit(edits)
  return { uuid, certificate }
}
