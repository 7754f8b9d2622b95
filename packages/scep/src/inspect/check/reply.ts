import { parseSignedData, type SignedData, TAG } from '@chancery/pki'
import { attributeValues } from '../../attribute.ts'
import { FAIL_INFO } from '../../fail-info.ts'
import { MESSAGE_TYPE } from '../../message-type.ts'
import { PKI_STATUS } from '../../pki-status.ts'
import { attributeText, type Facts } from '../facts.ts'
import { readable } from '../node.ts'
import { tagName } from '../tree/raw.ts'
import { type Check, REPLY } from './check.ts'

/** CertRep (RFC 8894 §3.3.2). */
export const REPLIES: readonly Check[] = [
  {
    clause: 'S-3.2.1.2-02',
    level: 'broken',
    where: 'messageType',
    of: REPLY,
    finds: (facts) => {
      const type = attributeText(facts, 'messageType')
      return type === undefined || type === MESSAGE_TYPE.CertRep
        ? undefined
        : 'The messageType of a reply is not CertRep (3).'
    },
  },
  {
    clause: 'S-3.2.1.3-01',
    level: 'broken',
    where: 'pkiStatus',
    of: REPLY,
    finds: (facts) => {
      const status = attributeText(facts, 'pkiStatus')
      return status === undefined || STATUSES.includes(status)
        ? undefined
        : `The pkiStatus ${JSON.stringify(status.slice(0, 20))} is not defined.`
    },
  },
  {
    clause: 'S-3.2.1-03',
    level: 'broken',
    where: 'failInfo',
    of: REPLY,
    finds: (facts) => {
      const isFailure = attributeText(facts, 'pkiStatus') === PKI_STATUS.FAILURE
      const { all } = attributeValues(facts.attributes, 'failInfo')
      if (isFailure) return all.length === 0 ? 'A FAILURE says why, and this one has no failInfo.' : undefined
      const texts = attributeValues(facts.attributes, 'failInfoText').all
      return all.length + texts.length > 0
        ? 'A failInfo or failInfoText stands in a reply that is no FAILURE.'
        : undefined
    },
  },
  {
    clause: 'S-3.2.1.4-01',
    level: 'broken',
    where: 'failInfo',
    of: REPLY,
    finds: (facts) => {
      const text = attributeText(facts, 'failInfo')
      const known: readonly string[] = Object.values(FAIL_INFO)
      return text === undefined || known.includes(text)
        ? undefined
        : `The failInfo ${JSON.stringify(text.slice(0, 20))} is not defined.`
    },
  },
  {
    clause: 'S-3.2.1-06',
    level: 'broken',
    where: 'failInfoText',
    of: REPLY,
    finds: ({ attributes }) => {
      const { only } = attributeValues(attributes, 'failInfoText')
      return only === undefined || only.tag === TAG.utf8String
        ? undefined
        : `failInfoText is ${tagName(only.tag)} instead of UTF8String.`
    },
  },
  {
    clause: 'S-3.2.1.5-04',
    level: 'warning',
    where: 'signedAttrs',
    of: REPLY,
    finds: ({ attributes }) =>
      attributeValues(attributes, 'senderNonce').all.length === 0
        ? 'The reply has no senderNonce; MikroTik and certmonger want one.'
        : undefined,
  },
  {
    clause: 'S-3.2.1.5-04',
    level: 'warning',
    where: 'senderNonce',
    of: REPLY,
    finds: ({ attributes }) => {
      const own = attributeValues(attributes, 'senderNonce').only
      const copied = attributeValues(attributes, 'recipientNonce').only
      return own !== undefined && copied !== undefined && own.content.equals(copied.content)
        ? 'The senderNonce of the reply is that of the request: jscep refuses a nonce that it has seen.'
        : undefined
    },
  },
  {
    clause: 'S-3.2-04',
    level: 'broken',
    where: 'eContent',
    of: REPLY,
    finds: (facts) => {
      const status = attributeText(facts, 'pkiStatus')
      const content = facts.signedData?.eContent
      if (status === PKI_STATUS.SUCCESS || content === undefined) return undefined
      if (content.length === 0)
        return 'A reply without data has an empty content, where RFC 8894 has none; certmonger needs it so.'
      if (content.length === 1) return 'A reply without data has a content of one octet, as NDES writes it.'
      return 'A FAILURE or PENDING carries data.'
    },
  },
  {
    clause: 'S-3.3.2.1-08',
    level: 'broken',
    where: 'eContent',
    of: REPLY,
    finds: (facts) =>
      attributeText(facts, 'pkiStatus') === PKI_STATUS.SUCCESS && facts.envelope === undefined
        ? 'A SUCCESS has no envelope that can be read, so no certificate.'
        : undefined,
  },
  {
    clause: 'S-3.3.2.1-01',
    level: 'broken',
    where: 'decrypted content',
    of: REPLY,
    finds: (facts) => {
      if (facts.payload === undefined) return undefined
      const inner = delivered(facts)
      if (inner === undefined) return 'The decrypted content is no SignedData, where certificates are delivered in one.'
      return inner.signerInfos.length > 0 || inner.eContent !== undefined
        ? 'The SignedData that delivers certificates has a signer or a content.'
        : undefined
    },
  },
  {
    clause: 'S-3.3.2.1-08',
    level: 'broken',
    where: 'decrypted content',
    of: REPLY,
    finds: (facts) => {
      const inner = delivered(facts)
      return inner !== undefined && inner.certificates.length + inner.crls.length === 0
        ? 'A SUCCESS delivers neither certificate nor CRL.'
        : undefined
    },
  },
]

const STATUSES: readonly string[] = Object.values(PKI_STATUS)

/** The certs-only message in the envelope of a SUCCESS. */
export function delivered({ payload }: Pick<Facts, 'payload'>): SignedData | undefined {
  return payload && readable(() => parseSignedData(payload))
}
