import {
  challengePasswords,
  contentEncryptionLabel,
  generalNameToText,
  nameToText,
  parseCertificate,
  requestedExtensions,
  serialToHex,
  subjectAltNames,
} from '@chancery/pki'
import { delivered } from './check/reply.ts'
import { attributeText, type Facts } from './facts.ts'
import { shortHex } from './hex.ts'
import type { SummaryLine } from './inspection.ts'
import { readable } from './node.ts'
import { oidName } from './oid-name.ts'
import { selfSigned } from './tree/certificate.ts'
import { keyText, whoseKey } from './tree/key.ts'

/** What people ask first: who, to whom, about what, and how. */
export function summaryOf(facts: Facts): SummaryLine[] {
  return ROWS.flatMap(([label, tell]) => {
    const value = tell(facts)
    return value === undefined || value === '' ? [] : [{ label, value }]
  })
}

const ROWS: readonly (readonly [string, (facts: Facts) => string | undefined])[] = [
  ['signed by', signedBy],
  ['sealed for', sealedFor],
  ['envelope', ({ opening }) => opening?.sentence],
  ['transactionID', (facts) => attributeText(facts, 'transactionId')],
  ['algorithms', algorithms],
  ['subject', ({ csr }) => csr && (nameToText(csr.subject) || '(empty)')],
  ['names', names],
  ['key', keyOf],
  ['challenge', challenge],
  ['delivers', delivers],
]

function signedBy({ signature }: Facts): string | undefined {
  if (signature === undefined) return undefined
  const { signer, from, sentence } = signature
  if (signer === undefined) return sentence
  const where = from === 'authorities' ? '; its certificate is one of those given' : ''
  return `${nameToText(signer.subject) || '(empty subject)'} (${keyText(signer.publicKey)}, ${selfSigned(signer)}${where})`
}

function sealedFor({ envelope }: Facts): string | undefined {
  return envelope?.recipientInfos
    .map((info) => {
      if (info.kind === 'password') return 'whoever knows the challenge'
      if (info.kind !== 'keyTransport') return `a recipient of the kind ${info.kind}`
      const { rid } = info
      if (rid.kind === 'subjectKeyIdentifier') return `key identifier ${shortHex(rid.value)}`
      return `serial ${serialToHex(rid.serialNumber)} of ${nameToText(rid.issuer) || '(empty name)'}`
    })
    .join(' and ')
}

function algorithms({ signerInfo, envelope }: Facts): string | undefined {
  const digest = signerInfo && (oidName(signerInfo.digestAlgorithm.oid) ?? signerInfo.digestAlgorithm.oid)
  const cipher = envelope && contentEncryptionLabel(envelope.contentEncryption.oid)
  return [digest, cipher].filter((one) => one !== undefined).join(', ')
}

function names({ csr }: Facts): string | undefined {
  const extensions = csr && readable(() => requestedExtensions(csr))
  return extensions && readable(() => subjectAltNames({ extensions }).map(generalNameToText).join(', '))
}

function keyOf({ csr, signature }: Facts): string | undefined {
  if (csr === undefined) return undefined
  const text = keyText(csr.publicKey)
  return signature?.signer === undefined ? text : `${text}, ${whoseKey(csr.publicKey, signature.signer.publicKey)}`
}

/** Whether there is one: never what it is. */
function challenge({ csr, kind }: Facts): string | undefined {
  if (csr === undefined || (kind !== 'request' && kind !== 'certification-request')) return undefined
  const all = readable(() => challengePasswords(csr))
  if (all === undefined) return 'unreadable'
  const [first, second] = all
  if (second !== undefined) return `${all.length} of them`
  return first === undefined ? 'none' : first === '' ? 'empty, which counts as none' : 'present'
}

function delivers(facts: Facts): string | undefined {
  const inner = delivered(facts)
  const certificates = inner?.certificates.map(
    (each) => readable(() => nameToText(parseCertificate(each).subject)) ?? 'a certificate that cannot be read',
  )
  return [...(certificates ?? []), ...(inner?.crls ?? []).map(() => 'a CRL')].join('; ')
}
