import type { KeyObject } from 'node:crypto'
import { type Certificate, softwareDecryptionKey, softwareSigningKey } from '@chancery/pki'
import { selectRecipient, selectSigners, type Terms } from '@chancery/scep'
import { CliFailure } from '../cli-failure.ts'
import { issuersOf } from './authority.ts'
import type { ExchangeOptions } from './exchange-options.ts'
import { canDecrypt } from './key.ts'
import type { MetServer } from './meet-server.ts'

/** Who signs: the holder of a certificate of the CA, or a key with a certificate that it made itself (RFC 8894 §2.3). */
export interface Holder {
  readonly certificate: Certificate
  readonly privateKey: KeyObject
}

/** By which keys and algorithms this client and a server speak. */
export function termsOf({ certificate, privateKey }: Holder, server: MetServer, options: ExchangeOptions): Terms {
  const { ignoreKeyUsage, legacyDes, unwrapped, lenientNonce } = options
  return {
    signer: {
      certificate,
      key: softwareSigningKey(privateKey),
      ...(canDecrypt(privateKey) && { decryption: softwareDecryptionKey(privateKey) }),
    },
    recipient: selectRecipient(server.certificates, { ignoreKeyUsage: ignoreKeyUsage === true }),
    trusted: selectSigners([...server.certificates, ...server.next]),
    issuers: issuersOf(server),
    algorithms: server.algorithms,
    ...(legacyDes && { allowSingleDes: true }),
    ...(unwrapped && { unwrappedCertificates: true }),
    ...(lenientNonce && { lenientNonce: true }),
  }
}

/** @throws {CliFailure} where nothing but a challenge can protect a message and there is none (S-3.1-P15) */
export function checkPassword({ signer, recipient }: Terms, challenge: string | undefined, secret: string): void {
  if (challenge !== undefined && challenge !== '') return
  const whose = recipient.publicKey.type === 'rsa' ? 'The key that signs' : 'The key of the server'
  if (recipient.publicKey.type === 'rsa' && signer.decryption !== undefined) return
  throw new CliFailure(
    'failed',
    `${whose} is not RSA, so nothing can be encrypted to it: a challenge has to protect the messages (RFC 8894 §3.1), and there is none.`,
    {
      nextStep: `Nothing was sent. Give ${secret} with --challenge-file, - or --challenge, or use an RSA key where the server has one.`,
      fields: { reason: 'no_password' },
    },
  )
}
