import { createPrivateKey } from 'node:crypto'
import { type OcspSigner, ocspSigner } from '@chancery/ca'
import { parseCertificate, softwareSigningKey } from '@chancery/pki'
import type { OcspStore } from '@chancery/store'

/** More than there are issuers in most installations; what is dropped is read again. */
const MOST = 200

/**
 * Keys that are ready to use, by UUID. Which of them answers the store says for each certificate, so a new one counts in every
 * process from the moment that it is there.
 */
export class Signers {
  readonly #store: Pick<OcspStore, 'signer'>
  readonly #known = new Map<string, Promise<OcspSigner | undefined>>()

  constructor(store: Pick<OcspStore, 'signer'>) {
    this.#store = store
  }

  /** Undefined: it has stepped back meanwhile, and its key is gone. */
  find(uuid: string): Promise<OcspSigner | undefined> {
    const found = this.#known.get(uuid) ?? this.#load(uuid)
    this.#known.set(uuid, found)
    if (this.#known.size > MOST) this.#known.delete(this.#known.keys().next().value as string)
    return found
  }

  #load(uuid: string): Promise<OcspSigner | undefined> {
    const loading = this.#store.signer(uuid).then((stored) => {
      if (stored === undefined) return undefined
      const key = createPrivateKey({ key: stored.privateKey.pkcs8, format: 'der', type: 'pkcs8' })
      return ocspSigner(parseCertificate(stored.certificate), softwareSigningKey(key))
    })
    const forget = () => this.#known.delete(uuid)
    loading.then((signer) => signer === undefined && forget(), forget)
    return loading
  }
}
