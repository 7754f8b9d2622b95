import { Secret } from '@chancery/ra'
import { toBytes } from '../column.ts'
import { type SealedPlace, seal, unseal } from '../seal/seal.ts'
import type { StoreKeys } from '../seal/store-key.ts'

/** What a waiting transaction keeps sealed: its CSR, and the challenge that its reply will be encrypted with. */

export function sealCsr(keys: StoreKeys, uuid: string, csr: Buffer): Buffer {
  return seal(keys, place('sealed_csr', uuid), csr)
}

export function openCsr(keys: StoreKeys, uuid: string, sealed: Uint8Array | null): Buffer | undefined {
  return sealed === null ? undefined : unseal(keys, place('sealed_csr', uuid), toBytes(sealed))
}

export function sealChallenge(keys: StoreKeys, uuid: string, challenge: Secret | undefined): Buffer | null {
  if (challenge === undefined) return null
  return seal(keys, place('sealed_challenge', uuid), Buffer.from(challenge.reveal(), 'utf8'))
}

export function openChallenge(keys: StoreKeys, uuid: string, sealed: Uint8Array | null): Secret | undefined {
  if (sealed === null) return undefined
  return new Secret(unseal(keys, place('sealed_challenge', uuid), toBytes(sealed)).toString('utf8'))
}

function place(column: 'sealed_csr' | 'sealed_challenge', row: string): SealedPlace {
  return { table: 'scep_transaction', column, row }
}
