import { createPrivateKey, type KeyObject } from 'node:crypto'
import type { BuiltInIssuer } from '@chancery/connectors'
import { parseCertificate, softwareDecryptionKey, softwareSigningKey } from '@chancery/pki'
import type { IssuerRecord, PrivateKeyMaterial, RaCertificateRecord } from '@chancery/ra'
import type { RaKey } from '@chancery/scep'

/** Keys that are ready to use. One for the life of a process: importing is what costs, and rows of keys never change. */
export class KeyRing {
  readonly #issuers = new Map<number, BuiltInIssuer>()
  readonly #raKeys = new Map<number, RaKey>()

  /** @throws {TypeError} when its key is in another house */
  issuer({ id, certificate, privateKey }: IssuerRecord): BuiltInIssuer {
    if (privateKey.kind === 'elsewhere') throw new TypeError(`the key of issuer ${id} is elsewhere`)
    return remember(this.#issuers, id, () => ({
      id,
      certificate: parseCertificate(certificate),
      key: softwareSigningKey(imported(privateKey)),
    }))
  }

  raKey({ id, uuid, certificate, privateKey }: RaCertificateRecord): RaKey {
    return remember(this.#raKeys, id, () => {
      const key = imported(privateKey)
      return {
        id: uuid,
        certificate: parseCertificate(certificate),
        signing: softwareSigningKey(key),
        decryption: key.asymmetricKeyType === 'rsa' ? softwareDecryptionKey(key) : undefined,
      }
    })
  }

  /** Keys of rows that are gone leave memory. */
  keepOnly(issuers: readonly IssuerRecord[], raCertificates: readonly RaCertificateRecord[]): void {
    drop(this.#issuers, new Set(issuers.map(({ id }) => id)))
    drop(this.#raKeys, new Set(raCertificates.map(({ id }) => id)))
  }
}

function imported({ pkcs8 }: PrivateKeyMaterial): KeyObject {
  return createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
}

function remember<T>(known: Map<number, T>, id: number, make: () => T): T {
  const found = known.get(id) ?? make()
  known.set(id, found)
  return found
}

function drop(known: Map<number, unknown>, kept: ReadonlySet<number>): void {
  for (const id of known.keys()) if (!kept.has(id)) known.delete(id)
}
