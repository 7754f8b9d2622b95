import { publicKeyInfoOf, softwareDecryptionKey, softwareSigningKey } from '@chancery/pki'
import { openReply, openRequest, parseCaCertificates, type RaKey, resolveCompatibility } from '@chancery/scep'
import { readPkiMessage } from '../../packages/scep/src/pki-message.ts'
import { rawEnvelope, rawSigned } from '../../packages/scep/src/testing/raw-message.ts'
import { EXPECTED, replyAttributes } from '../../packages/scep/src/testing/reply.ts'
import { CA, certificateOf, DEVICE, RA } from './parties.ts'
import type { Target } from './target.ts'

/** Everything that is read at all. */
const POLICY = resolveCompatibility('legacy', { signerKeyRule: 'any-key', timeWindowSeconds: 600 })
const NOW = new Date('2026-06-01T12:00:00Z')

const raKey: RaKey = {
  id: 'ra-1',
  certificate: certificateOf(RA),
  signing: softwareSigningKey(RA.privateKey),
  decryption: softwareDecryptionKey(RA.privateKey),
}

const expected = {
  ...EXPECTED,
  trusted: [certificateOf(RA), certificateOf(CA)],
  issuers: [certificateOf(CA)],
  decryption: softwareDecryptionKey(DEVICE.privateKey),
  csrKey: publicKeyInfoOf(DEVICE.privateKey),
}

/** Messages as they come, and changes that are signed and encrypted afterwards, because a signature hides what is behind it. */
export const SCEP_TARGETS: Readonly<Record<string, Target>> = {
  pkiMessage: {
    samples: ({ requests, replies }) => [...requests, ...replies],
    read: (bytes) => readPkiMessage(bytes),
  },
  caCertificates: {
    samples: ({ certsOnly, certificates }) => [...certsOnly, ...certificates],
    read: (bytes) => parseCaCertificates(bytes),
  },
  request: {
    samples: ({ requests }) => requests,
    share: 0.3,
    read: (bytes) => openRequest(bytes, [raKey], POLICY, NOW),
  },
  signedEnvelope: {
    samples: ({ envelopedData }) => envelopedData,
    share: 0.05,
    wraps: true,
    read: (eContent) => openRequest(rawSigned({ signer: DEVICE, eContent }), [raKey], POLICY, NOW),
  },
  sealedContent: {
    samples: ({ requestContents }) => requestContents,
    share: 0.05,
    wraps: true,
    read(content) {
      const eContent = rawEnvelope({ content, recipient: RA })
      return openRequest(rawSigned({ signer: DEVICE, eContent }), [raKey], POLICY, NOW)
    },
  },
  reply: {
    samples: ({ replies }) => replies,
    share: 0.3,
    read: (bytes) => openReply(bytes, expected),
  },
  signedReplyContent: {
    samples: ({ replyContents }) => replyContents,
    share: 0.05,
    wraps: true,
    read(content) {
      const eContent = rawEnvelope({ content, recipient: DEVICE })
      return openReply(rawSigned({ signer: RA, attributes: replyAttributes('0'), eContent }), expected)
    },
  },
}
