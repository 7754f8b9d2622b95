import { type Certificate, parseCertificate, softwareDecryptionKey, softwareSigningKey } from '@chancery/pki'
import type { MessagePolicy } from '../compatibility/message-policy.ts'
import { resolveCompatibility } from '../compatibility/resolve.ts'
import type { DecryptingRaKey, RaKey } from '../ra-key.ts'
import { openRequest } from '../request/open-request.ts'
import type { PasswordSource } from '../request/password-source.ts'
import { type EnrolmentMessage, isEnrolment } from '../request/scep-request.ts'
import { ScepError } from '../scep-error.ts'
import {
  caExtension,
  commonName,
  keyUsageExtension,
  type RawIdentity,
  rawCertificate,
  rawCsr,
  rsaKey,
} from './raw-certificate.ts'
import { type RawEnvelopeOptions, type RawSignedOptions, rawEnvelope, rawSigned } from './raw-message.ts'

export const NOW = new Date('2026-06-01T12:00:00Z')

export const CA = rawCertificate({
  subject: commonName('Test CA'),
  extensions: [caExtension(), keyUsageExtension(5, 6)],
})

export const RA = rawCertificate({
  subject: commonName('Test RA'),
  issuer: commonName('Test CA'),
  issuerKey: CA.privateKey,
  serial: Buffer.from('0102030405', 'hex'),
  extensions: [keyUsageExtension(0, 2)],
})

/** A device with a self-signed certificate, and its request. */
export const DEVICE = rawCertificate({ subject: commonName('device1'), privateKey: rsaKey() })
export const CSR = rawCsr({ privateKey: DEVICE.privateKey })

export const certificateOf = (identity: RawIdentity): Certificate => parseCertificate(identity.certificate)

export function raKey(identity: RawIdentity, id = 'ra-1'): DecryptingRaKey {
  return {
    id,
    certificate: certificateOf(identity),
    signing: softwareSigningKey(identity.privateKey),
    decryption: softwareDecryptionKey(identity.privateKey),
  }
}

export const RA_KEY = raKey(RA)

export const DEFAULT = resolveCompatibility('default')

/** A good request; what is given is different. */
export function message(signed: Partial<RawSignedOptions> = {}, envelope: Partial<RawEnvelopeOptions> = {}): Buffer {
  const eContent = 'eContent' in signed ? signed.eContent : rawEnvelope({ content: CSR, recipient: RA, ...envelope })
  return rawSigned({ signer: DEVICE, ...signed, eContent })
}

/** An enrolment; fails for any other message. */
export async function open(
  bytes: Buffer,
  policy: MessagePolicy = DEFAULT,
  keys: readonly RaKey[] = [RA_KEY],
  passwords?: PasswordSource,
): Promise<EnrolmentMessage> {
  const request = await openRequest(bytes, keys, policy, NOW, passwords)
  if (!isEnrolment(request)) throw new Error(`a ${request.messageType}, where an enrolment was expected`)
  return request
}

/** The refusal that a message meets; fails when it is opened. */
export async function refusal(
  bytes: Buffer,
  policy: MessagePolicy = DEFAULT,
  keys: readonly RaKey[] = [RA_KEY],
  passwords?: PasswordSource,
): Promise<ScepError> {
  try {
    await openRequest(bytes, keys, policy, NOW, passwords)
  } catch (error) {
    if (error instanceof ScepError) return error
    throw error
  }
  throw new Error('the message was not refused')
}

/** The RA's key, for messages that must be refused before anything is decrypted. */
export const NEVER_DECRYPTS: RaKey = {
  ...RA_KEY,
  decryption: {
    ...RA_KEY.decryption,
    publicKey: RA_KEY.decryption.publicKey,
    decrypt: () => {
      throw new Error('decryption was attempted')
    },
  },
}

/** The key of an RA that cannot decrypt. */
export const ecRaKey = (identity: RawIdentity): RaKey => ({
  id: 'ra-ec',
  certificate: certificateOf(identity),
  signing: softwareSigningKey(identity.privateKey),
  decryption: undefined,
})
