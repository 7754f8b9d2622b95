import type { AuditEvent, AuthorityRecord, IssuedRaCertificate, PrivateKeyMaterial } from '@chancery/ra'
import { writeAudit } from '../audit/write.ts'
import { toBytes, toDate } from '../column.ts'
import type { Driver } from '../driver.ts'
import { type Lease, requireLease } from '../lease-store.ts'
import { unseal } from '../seal/seal.ts'
import type { StoreKeys } from '../seal/store-key.ts'
import { findKey, signerStates } from './read.ts'
import { StandingReader } from './standing-reader.ts'
import { writeSigner } from './write.ts'

/** What an answer rests on, read for each answer (design, rule 15). */
export interface OcspStanding {
  readonly state: 'issued' | 'revoked'
  /** Microseconds, and the reason of RFC 5280 §5.3.1; null while it is issued. */
  readonly revokedAt: number | null
  readonly reason: number | null
  /** Held back from its owner (design, rule 11). */
  readonly held: boolean
  /** UUID of who answers for the issuer now; null: nobody yet. */
  readonly signer: string | null
}

/** An issuer whose OCSP answers are ours to give, and who gives them. */
export interface OcspSignerState {
  readonly issuerId: number
  /** Of the issuer itself. */
  readonly issuerCertificate: Buffer
  readonly authority: Pick<AuthorityRecord, 'uuid' | 'name' | 'settings'>
  readonly current:
    | { readonly uuid: string; readonly certificate: Buffer; readonly isRevoked: boolean; readonly createdAt: Date }
    | undefined
}

/** A certificate that its issuer gave to whoever answers for it, with the key. */
export interface NewOcspSigner extends IssuedRaCertificate {
  readonly issuerId: number
}

export interface StoredOcspSigner {
  readonly certificate: Buffer
  readonly privateKey: PrivateKeyMaterial
}

export interface OcspStore {
  /** One index access; under load several are read at a time. @param serial lower-case hex of the content octets */
  standing(issuerId: number, serial: string): Promise<OcspStanding | undefined>
  /** Undefined once its key is gone, because another one is the current one. */
  signer(uuid: string): Promise<StoredOcspSigner | undefined>
  /** Of every issuer whose key is here. */
  states(): Promise<OcspSignerState[]>
  /**
   * The new one answers from now on, on every node; the key of the former one is destroyed. False when the former one is not
   * the current one any more, or the lease is somebody else's: another node was first.
   */
  replaceSigner(
    added: NewOcspSigner,
    former: string | undefined,
    now: Date,
    lease?: Lease,
    audit?: readonly AuditEvent[],
  ): Promise<boolean>
}

export function ocspStore(driver: Driver, keys: StoreKeys): OcspStore {
  const standings = new StandingReader(driver)
  return {
    async standing(issuer, serial) {
      const row = await standings.read(issuer, serial)
      if (row === undefined) return undefined
      const { state, revoked_at: revokedAt, revocation_reason: reason, release, signer } = row
      return { state, revokedAt, reason, held: release === 'held', signer }
    },
    async signer(uuid) {
      const row = await driver.first(findKey, { uuid })
      if (row?.sealed_key == null) return undefined
      const place = { table: 'authority_key', column: 'sealed_key', row: row.key }
      const pkcs8 = unseal(keys, place, toBytes(row.sealed_key))
      return { certificate: toBytes(row.certificate), privateKey: { kind: 'software', pkcs8 } }
    },
    async states() {
      return (await driver.all(signerStates, {})).map((row) => ({
        issuerId: row.issuer,
        issuerCertificate: toBytes(row.issuer_certificate),
        authority: {
          uuid: row.authority_uuid,
          name: row.authority_name,
          settings: JSON.parse(row.settings) as AuthorityRecord['settings'],
        },
        current:
          row.uuid === null || row.certificate === null
            ? undefined
            : {
                uuid: row.uuid,
                certificate: toBytes(row.certificate),
                isRevoked: row.state === 'revoked',
                createdAt: toDate(row.created_at ?? 0),
              },
      }))
    },
    async replaceSigner(added, former, now, lease, audit = []) {
      const { status } = await driver.commit({
        sequential: true,
        writes: [...requireLease(lease), ...writeSigner(keys, added, former, now), ...writeAudit(keys, audit)],
      })
      return status === 'committed'
    },
  }
}
