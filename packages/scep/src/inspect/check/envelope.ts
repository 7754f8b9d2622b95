import {
  CONTENT_TYPE,
  contentEncryptionByOid,
  contentEncryptionLabel,
  type Element,
  identifies,
  keyTransportOf,
  type RecipientInfo,
  TAG,
} from '@chancery/pki'
import { count } from '../count.ts'
import type { Facts } from '../facts.ts'
import type { InspectedKind } from '../inspection.ts'
import { oidLabel } from '../oid-name.ts'
import { type Check, REPLY, REQUEST } from './check.ts'

const ENVELOPED: readonly InspectedKind[] = ['request', 'reply', 'envelope']

/** pkcsPKIEnvelope (RFC 8894 §3.1, §3.2.2). */
export const ENVELOPE: readonly Check[] = [
  {
    clause: 'S-3.2.2-01',
    level: 'broken',
    where: 'encryptedContentInfo',
    of: ENVELOPED,
    finds: ({ envelope }) =>
      envelope === undefined || envelope.contentType === CONTENT_TYPE.data
        ? undefined
        : `The encrypted content is typed ${oidLabel(envelope.contentType)} instead of id-data.`,
  },
  {
    clause: 'S-3.2.2-02',
    level: 'broken',
    where: 'EnvelopedData',
    of: ENVELOPED,
    finds: ({ envelope }) => {
      if (envelope === undefined || envelope.authentication !== undefined) return undefined
      const right = versionFor(envelope.recipientInfos)
      return envelope.version === right
        ? undefined
        : `The version of EnvelopedData is ${envelope.version}, where its recipients want ${right}; readers do not mind.`
    },
  },
  {
    clause: 'S-3.1-03',
    level: 'broken',
    where: 'recipientInfos',
    of: REQUEST,
    finds: ({ envelope }) =>
      envelope !== undefined && envelope.recipientInfos.length !== 1
        ? `It is encrypted for ${count(envelope.recipientInfos.length, 'recipient')} instead of the one certificate of CA or RA.`
        : undefined,
  },
  {
    clause: 'S-2.3-03',
    level: 'broken',
    where: 'recipientInfos',
    of: REPLY,
    finds: ({ envelope }) =>
      envelope !== undefined && envelope.recipientInfos.length !== 1
        ? `It is encrypted for ${count(envelope.recipientInfos.length, 'recipient')} instead of the one who asked.`
        : undefined,
  },
  {
    clause: 'S-3.1-10',
    level: 'broken',
    where: 'recipientInfos',
    of: ENVELOPED,
    finds: ({ envelope }) => {
      const foreign = (envelope?.recipientInfos ?? []).filter(
        ({ kind }) => kind !== 'keyTransport' && kind !== 'password',
      )
      return foreign.length === 0
        ? undefined
        : `A recipient is of the kind ${foreign[0]?.kind}, which SCEP does not have.`
    },
  },
  {
    clause: 'S-3.1-02',
    level: 'broken',
    where: 'KeyTransRecipientInfo',
    of: ENVELOPED,
    finds: ({ envelope }) => {
      const unknown = transported(envelope).find(({ keyEncryption }) => keyTransportOf(keyEncryption) === undefined)
      return unknown && `The key encryption ${oidLabel(unknown.keyEncryption.oid)} is none that can be undone.`
    },
  },
  {
    clause: 'S-3.1-07',
    level: 'note',
    where: 'rid',
    of: ENVELOPED,
    finds: ({ envelope }) =>
      transported(envelope).some(({ rid }) => rid.kind === 'subjectKeyIdentifier')
        ? 'The recipient is named by key identifier; programs made with PKCS #7 know only issuer and serial number.'
        : undefined,
  },
  {
    clause: 'S-2.9-06',
    level: 'note',
    where: 'keyEncryptionAlgorithm',
    of: ENVELOPED,
    finds: ({ envelope }) =>
      transported(envelope).some(({ keyEncryption }) => keyTransportOf(keyEncryption)?.scheme === 'rsa-oaep')
        ? 'The content key is wrapped with RSA-OAEP, which not every peer opens.'
        : undefined,
  },
  {
    clause: 'S-3.1-05',
    level: 'broken',
    where: 'rid',
    of: REQUEST,
    finds: ({ envelope, options: { authorities = [] } }) => {
      const rids = transported(envelope).map(({ rid }) => rid)
      if (authorities.length === 0 || rids.length === 0) return undefined
      return rids.some((rid) => authorities.some((each) => identifies(rid, each)))
        ? undefined
        : 'No recipient is one of the certificates given: the request is for another, or an older, CA or RA.'
    },
  },
  {
    clause: 'S-2.9-03',
    level: 'broken',
    where: 'contentEncryptionAlgorithm',
    of: ENVELOPED,
    finds: (facts) =>
      cipherOf(facts) === 'des-cbc' ? 'The content is encrypted with single DES, which anybody can break.' : undefined,
  },
  {
    clause: 'S-2.9-02',
    level: 'note',
    where: 'contentEncryptionAlgorithm',
    of: ENVELOPED,
    finds: (facts) =>
      cipherOf(facts) === 'des-ede3-cbc'
        ? 'The content is encrypted with 3DES: old, and served only where the profile allows it.'
        : undefined,
  },
  {
    clause: 'S-2.9-05',
    level: 'broken',
    where: 'contentEncryptionAlgorithm',
    of: ENVELOPED,
    finds: ({ envelope }) => {
      if (envelope === undefined || contentEncryptionByOid(envelope.contentEncryption.oid) !== undefined)
        return undefined
      const cipher = contentEncryptionLabel(envelope.contentEncryption.oid)
      return `The content is encrypted with ${cipher}, which is none of SCEP.`
    },
  },
  {
    clause: 'C-AL-09',
    level: 'broken',
    where: 'contentEncryptionAlgorithm',
    of: ENVELOPED,
    finds: ({ envelope }) => {
      const row = envelope && contentEncryptionByOid(envelope.contentEncryption.oid)
      if (row === undefined) return undefined
      return ivLength(envelope?.contentEncryption.parameters) === row.ivBytes
        ? undefined
        : `The IV is missing or not ${row.ivBytes} octets long.`
    },
  },
  {
    clause: 'S-3.2.2-03',
    level: 'broken',
    where: 'encryptedContent',
    of: ENVELOPED,
    finds: ({ envelope }) => {
      const row = envelope && contentEncryptionByOid(envelope.contentEncryption.oid)
      if (row === undefined) return undefined
      const length = envelope?.encryptedContent?.length ?? 0
      return length > 0 && length % row.blockBytes === 0
        ? undefined
        : `The encrypted content has ${count(length, 'octet')}, which is no whole number of blocks.`
    },
  },
  {
    clause: 'S-3.1-P01',
    level: 'broken',
    where: 'recipientInfos',
    of: REPLY,
    finds: ({ envelope }) =>
      transported(envelope).length > 0 && envelope?.recipientInfos.some(({ kind }) => kind === 'password')
        ? 'The envelope has a recipient by key and one by password, where the key of the recipient decides.'
        : undefined,
  },
]

export function transported(envelope: Facts['envelope']) {
  return (envelope?.recipientInfos ?? []).filter((info) => info.kind === 'keyTransport')
}

function cipherOf({ envelope }: Facts): string | undefined {
  return envelope && contentEncryptionByOid(envelope.contentEncryption.oid)?.name
}

/** RFC 5652 §6.1. */
function versionFor(recipients: readonly RecipientInfo[]): number {
  if (recipients.some(({ kind }) => kind === 'password' || kind === 'other')) return 3
  return recipients.every((info) => info.kind === 'keyTransport' && info.rid.kind === 'issuerAndSerialNumber') ? 0 : 2
}

function ivLength(parameters: Element | undefined): number | undefined {
  return parameters?.tag === TAG.octetString ? parameters.content.length : undefined
}
