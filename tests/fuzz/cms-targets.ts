import * as pki from '@chancery/pki'
import { CA, certificateOf, RA } from './parties.ts'
import { PASSWORD } from './samples.ts'
import { type Target, without } from './target.ts'

const SCHEME = { key: 'rsa', padding: 'pkcs1', digest: 'sha256' } as const
const recipientCertificate = certificateOf(RA)
const decryption = pki.softwareDecryptionKey(RA.privateKey)
const caKey = certificateOf(CA).publicKey
/** What a case may derive: more would only take longer. */
const LIMITS: pki.PasswordLimits = { iterations: 1000, saltBytes: 1024 }

export const CMS_TARGETS: Readonly<Record<string, Target>> = {
  signedData: {
    samples: ({ signedData }) => signedData,
    read(bytes) {
      const message = pki.parseSignedData(bytes)
      without(() => {
        for (const signer of message.signerInfos) {
          pki.findSignerCertificates(message, signer.sid)
          pki.verifyMessageDigest(signer, message.eContent, 'sha256')
          pki.verifySignerInfo(signer, caKey, SCHEME)
        }
      })
    },
  },
  envelopedData: {
    samples: ({ envelopedData }) => envelopedData,
    share: 0.3,
    read: (bytes) => openAny(pki.parseEnvelopedData(bytes)),
  },
  authEnvelopedData: {
    samples: ({ authEnvelopedData }) => authEnvelopedData,
    share: 0.3,
    read: (bytes) => openAny(pki.parseAuthEnvelopedData(bytes)),
  },
  passwordRecipient: {
    samples: ({ passwordRecipients }) => passwordRecipients,
    share: 0.3,
    wraps: true,
    async read(recipientInfo) {
      const { recipientInfos } = pki.parseEnvelopedData(enveloped(recipientInfo))
      for (const recipient of recipientInfos) await contentKey(recipient)
    },
  },
}

async function openAny(envelope: pki.EnvelopedData): Promise<void> {
  const { oid } = envelope.contentEncryption
  const row = pki.contentEncryptionByOid(oid) ?? pki.authenticatedEncryptionByOid(oid)
  for (const recipient of envelope.recipientInfos) {
    const key = await contentKey(recipient)
    without(() => pki.decryptContent(envelope, pki.contentKeyOfLength(key, row?.keyBytes ?? 16)))
  }
}

async function contentKey(recipient: pki.RecipientInfo): Promise<Buffer | undefined> {
  if (recipient.kind === 'password') return pki.openPasswordRecipient(recipient, PASSWORD, LIMITS)
  if (recipient.kind !== 'keyTransport') return undefined
  without(() => pki.identifies(recipient.rid, recipientCertificate))
  const transport = without(() => pki.keyTransportOf(recipient.keyEncryption))
  return transport === undefined ? undefined : await decryption.decrypt(recipient.encryptedKey, transport)
}

/** An EnvelopedData around one RecipientInfo. */
function enveloped(recipientInfo: Buffer): Buffer {
  const { der } = pki
  const cipher = der.sequence(der.oid('2.16.840.1.101.3.4.1.42'), der.octetString(Buffer.alloc(16)))
  const content = der.sequence(
    der.oid(pki.CONTENT_TYPE.data),
    cipher,
    der.implicit(0, der.octetString(Buffer.alloc(16))),
  )
  const data = der.sequence(der.integer(3), der.set(recipientInfo), content)
  return der.sequence(der.oid(pki.CONTENT_TYPE.envelopedData), der.explicit(0, data))
}
