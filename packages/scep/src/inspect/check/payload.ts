import {
  certificationRequestSignatureDigest,
  challengePasswords,
  keyUsage,
  requestedExtensions,
  sameName,
  verifyCertificationRequest,
} from '@chancery/pki'
import { MESSAGE_TYPE, type MessageType } from '../../message-type.ts'
import { count } from '../count.ts'
import type { InspectedKind } from '../inspection.ts'
import { readable } from '../node.ts'
import type { Shape } from '../shape.ts'
import { type Check, REQUEST } from './check.ts'

const WITH_CSR: readonly InspectedKind[] = ['request', 'certification-request']

/** What an enrolment asks for, once it is decrypted (RFC 8894 §3.3). */
export const PAYLOAD: readonly Check[] = [
  {
    clause: 'S-3.2.2-05',
    level: 'broken',
    where: 'decrypted content',
    of: [...REQUEST, 'reply'],
    finds: ({ opening, payload }) => {
      if (opening?.status !== 'opened') return undefined
      if (payload === undefined) return 'The decrypted content is no ASN.1 structure: another key, or a broken client.'
      const behind = opening.content.length - payload.bytes.length
      return behind === 0 ? undefined : `${count(behind, 'octet')} stand behind the decrypted structure.`
    },
  },
  {
    clause: 'S-3.2.1.2-03',
    level: 'broken',
    where: 'decrypted content',
    of: REQUEST,
    finds: ({ payload, payloadShape, messageType }) => {
      const right = messageType && PAYLOADS[messageType]
      if (payload === undefined || right === undefined || payloadShape === right) return undefined
      const number = messageType && MESSAGE_TYPE[messageType]
      return `A ${messageType} (${number}) carries ${article(right)}, and this one ${payloadShape === undefined ? 'something else' : article(payloadShape)}.`
    },
  },
  {
    clause: 'S-3.3.1-06',
    level: 'broken',
    where: 'CertificationRequest',
    of: WITH_CSR,
    finds: ({ csr }) =>
      csr === undefined || verifyCertificationRequest(csr)
        ? undefined
        : 'The signature of the certification request is wrong: it does not prove that the sender has the key.',
  },
  {
    clause: 'S-2.9-12',
    level: 'broken',
    where: 'CertificationRequest',
    of: WITH_CSR,
    finds: ({ csr }) =>
      csr !== undefined && certificationRequestSignatureDigest(csr) === 'md5'
        ? 'The certification request is signed over MD5.'
        : undefined,
  },
  {
    clause: 'S-2.9-11',
    level: 'note',
    where: 'CertificationRequest',
    of: WITH_CSR,
    finds: ({ csr }) =>
      csr !== undefined && certificationRequestSignatureDigest(csr) === 'sha1'
        ? 'The certification request is signed over SHA-1.'
        : undefined,
  },
  {
    clause: 'S-2.3-07',
    level: 'broken',
    where: 'CertificationRequest',
    of: REQUEST,
    finds: ({ csr, signature }) => {
      if (csr === undefined || signature?.signer === undefined || !signature.selfSigned) return undefined
      return csr.publicKey.digest().equals(signature.signer.publicKey.digest())
        ? undefined
        : 'The self-signed signer has another key than the certification request.'
    },
  },
  {
    clause: 'S-2.3-05',
    level: 'note',
    where: 'CertificationRequest',
    of: REQUEST,
    finds: ({ csr, signature }) =>
      csr !== undefined &&
      signature?.signer !== undefined &&
      signature.selfSigned &&
      !sameName(csr.subject, signature.signer.subject)
        ? 'The self-signed signer has another subject than the certification request; servers should not mind.'
        : undefined,
  },
  {
    clause: 'S-3.3.1-05',
    level: 'broken',
    where: 'challengePassword',
    of: WITH_CSR,
    finds: ({ csr }) => {
      const challenges = csr && readable(() => challengePasswords(csr))
      return challenges === undefined || challenges.length < 2
        ? undefined
        : `The request has ${challenges.length} challenges instead of one.`
    },
  },
  {
    clause: 'S-3.3.1-03',
    level: 'broken',
    where: 'challengePassword',
    of: WITH_CSR,
    finds: ({ csr }) => {
      const challenges = csr && readable(() => challengePasswords(csr))
      if (csr !== undefined && challenges === undefined) return 'The challengePassword is no string.'
      return challenges?.some((each) => [...each].length > 255)
        ? 'The challengePassword is longer than 255 characters.'
        : undefined
    },
  },
  {
    clause: 'S-2.4-04',
    level: 'note',
    where: 'challengePassword',
    of: REQUEST,
    finds: ({ csr, messageType, signature }) => {
      if (csr === undefined || messageType !== 'PKCSReq' || !signature?.selfSigned) return undefined
      const challenges = readable(() => challengePasswords(csr)) ?? ['']
      return challenges.some((each) => each !== '')
        ? undefined
        : 'There is no challenge and no certificate of the CA: only a person can let this in.'
    },
  },
  {
    clause: 'S-2.3-11',
    level: 'broken',
    where: 'messageType',
    of: REQUEST,
    finds: ({ messageType, signature }) =>
      messageType === 'RenewalReq' && signature?.selfSigned
        ? 'A RenewalReq is signed with the certificate to be renewed, and this one with a self-signed one.'
        : undefined,
  },
  {
    clause: 'S-3.3.1-02',
    level: 'note',
    where: 'subject',
    of: WITH_CSR,
    finds: ({ csr }) =>
      csr?.subject.rdns.length === 0 ? 'The subject is empty; the RA profile must give a name.' : undefined,
  },
  {
    clause: 'S-3.3.1-07',
    level: 'broken',
    where: 'extensionRequest',
    of: WITH_CSR,
    finds: ({ csr }) =>
      csr !== undefined && readable(() => requestedExtensions(csr)) === undefined
        ? 'The requested extensions cannot be read.'
        : undefined,
  },
  {
    clause: 'S-2.3-04',
    level: 'note',
    where: 'certificates',
    of: REQUEST,
    finds: ({ signature }) => {
      const signer = signature?.selfSigned ? signature.signer : undefined
      const usage = signer && readable(() => keyUsage(signer))
      return usage === undefined || usage.includes('digitalSignature')
        ? undefined
        : "The signer's own key usage does not have digitalSignature; servers should not mind."
    },
  },
]

const PAYLOADS: Readonly<Partial<Record<MessageType, Shape>>> = {
  PKCSReq: 'CertificationRequest',
  RenewalReq: 'CertificationRequest',
  CertPoll: 'IssuerAndSubject',
  GetCert: 'IssuerAndSerialNumber',
  GetCRL: 'IssuerAndSerialNumber',
}

function article(shape: Shape): string {
  return `${/^[AEIOU]/.test(shape) ? 'an' : 'a'} ${shape}`
}
