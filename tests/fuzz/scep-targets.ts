import {
  certsOnly,
  type DecryptionKey,
  der,
  publicKeyInfoOf,
  softwareDecryptionKey,
  softwareSigningKey,
} from '@chancery/pki'
import {
  inspectMessage,
  openCertificateAnswer,
  openCrlAnswer,
  openNextCa,
  openReply,
  openRequest,
  type PasswordSource,
  parseCaCertificates,
  type RaKey,
  resolveCompatibility,
  ScepError,
  Secret,
} from '@chancery/scep'
import { readPkiMessage } from '../../packages/scep/src/pki-message.ts'
import { rawEnvelope, rawSigned, requestAttributes } from '../../packages/scep/src/testing/raw-message.ts'
import { EXPECTED, replyAttributes } from '../../packages/scep/src/testing/reply.ts'
import { CA, certificateOf, DEVICE, ISSUED, NEXT_CA, RA } from './parties.ts'
import { PASSWORD } from './samples.ts'
import { Finding, type Target } from './target.ts'

/** Everything that is read at all. */
const POLICY = resolveCompatibility('legacy', {
  signerKeyRule: 'any-key',
  timeWindowSeconds: 600,
  aesGcm: true,
  authEnvelopedData: true,
})
const NOW = new Date('2026-06-01T12:00:00Z')

const raKey: RaKey = {
  id: 'ra-1',
  certificate: certificateOf(RA),
  signing: softwareSigningKey(RA.privateKey),
  decryption: softwareDecryptionKey(RA.privateKey),
}

const passwords: PasswordSource = {
  candidates: async () => [new Secret(PASSWORD)],
  turn: (work) => work(),
}

const authorities = [certificateOf(RA), certificateOf(CA)]
const certRep = {
  transactionId: EXPECTED.transactionId,
  senderNonce: EXPECTED.senderNonce,
  trusted: authorities,
  issuers: [certificateOf(CA)],
  decryption: softwareDecryptionKey(DEVICE.privateKey),
}
const expected = { ...certRep, csrKey: publicKeyInfoOf(DEVICE.privateKey) }
const asked = { ...certRep, certificate: certificateOf(ISSUED) }

const open = (message: Buffer) => openRequest(message, [raKey], POLICY, NOW, passwords)
const answer = (content: Buffer): Buffer => {
  const eContent = rawEnvelope({ content, recipient: DEVICE })
  return rawSigned({ signer: RA, attributes: replyAttributes('0'), eContent })
}

/** Messages as they come, and changes that are signed and encrypted afterwards, because a signature hides what is behind it. */
export const SCEP_TARGETS: Readonly<Record<string, Target>> = {
  pkiMessage: {
    samples: ({ requests, replies }) => [...requests, ...replies],
    read: (bytes) => readPkiMessage(bytes),
  },
  caCertificates: {
    samples: (all) => [...all.certsOnly, ...all.certificates],
    read: (bytes) => parseCaCertificates(bytes),
  },
  nextCa: {
    samples: ({ nextCa }) => nextCa,
    share: 0.5,
    read: (bytes) => openNextCa(bytes, { current: [certificateOf(CA)], now: NOW, unsignedBag: true }),
  },
  signedNextCa: {
    samples: () => [certsOnly([NEXT_CA.certificate])],
    share: 0.05,
    wraps: true,
    read: (eContent) => {
      const body = rawSigned({ signer: CA, attributes: [], eContent })
      return openNextCa(body, { current: [certificateOf(CA)], now: NOW })
    },
  },
  request: { samples: ({ requests }) => requests, share: 0.3, read: open },
  signedEnvelope: {
    samples: (all) => [...all.envelopedData, ...all.authEnvelopedData],
    share: 0.05,
    wraps: true,
    read: (eContent) => open(rawSigned({ signer: DEVICE, eContent })),
  },
  sealedContent: {
    samples: ({ certificationRequests }) => certificationRequests,
    share: 0.05,
    wraps: true,
    read: (content) => open(rawSigned({ signer: DEVICE, eContent: rawEnvelope({ content, recipient: RA }) })),
  },
  sealedQuestion: {
    samples: ({ questions }) => questions.slice(1),
    share: 0.05,
    wraps: true,
    read(content) {
      const attributes = requestAttributes({ messageType: [der.printableString('21')] })
      return open(rawSigned({ signer: DEVICE, attributes, eContent: rawEnvelope({ content, recipient: RA }) }))
    },
  },
  reply: {
    samples: ({ replies }) => replies,
    share: 0.3,
    read: (bytes) => openReply(bytes, expected),
  },
  signedReplyContent: {
    samples: (all) => all.certsOnly,
    share: 0.05,
    wraps: true,
    read: (content) => openReply(answer(content), expected),
  },
  signedAnswer: {
    samples: (all) => [...all.certsOnly, ...all.crlOnly],
    share: 0.05,
    wraps: true,
    async read(content) {
      const message = answer(content)
      const certificate = await refusalOf(openCertificateAnswer(message, asked))
      const crl = await refusalOf(openCrlAnswer(message, asked))
      if (certificate !== undefined && crl !== undefined) throw crl
    },
  },
  /** Takes whatever it is given, and says what it is. */
  inspection: {
    samples: (all) => [...all.requests, ...all.replies, ...all.certsOnly],
    share: 0.05,
    wraps: true,
    read: inspected,
  },
}

/** Nothing is refused here. */
export async function inspected(bytes: Buffer): Promise<void> {
  try {
    await inspectMessage(bytes, { key: raKey.decryption as DecryptionKey, authorities, now: NOW })
  } catch (cause) {
    throw new Finding(`an inspection ended in ${cause}`, { cause })
  }
}

/** Undefined: it was opened. */
async function refusalOf(opening: Promise<unknown>): Promise<ScepError | undefined> {
  try {
    await opening
    return undefined
  } catch (error) {
    if (error instanceof ScepError) return error
    throw error
  }
}
