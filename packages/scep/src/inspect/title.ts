import { nameToText } from '@chancery/pki'
import { MESSAGE_TYPE, type MessageType } from '../message-type.ts'
import { PKI_STATUS } from '../pki-status.ts'
import { count } from './count.ts'
import { attributeText, type Facts } from './facts.ts'
import type { InspectedKind } from './inspection.ts'

/** What the input is, in one line. */
export function titleOf(facts: Facts): string {
  return TITLES[facts.kind](facts)
}

const ASKS: Readonly<Record<MessageType, string>> = {
  PKCSReq: 'asks for a certificate',
  RenewalReq: 'asks for the renewal of a certificate',
  CertPoll: 'asks what became of a request',
  GetCert: 'asks for a certificate by its serial number',
  GetCRL: 'asks for a CRL',
  CertRep: 'a reply',
}

const TITLES: Readonly<Record<InspectedKind, (facts: Facts) => string>> = {
  request: (facts) => {
    const { messageType } = facts
    if (messageType === undefined) return 'A request of SCEP without a known messageType'
    return `${messageType} (${MESSAGE_TYPE[messageType]}): ${ASKS[messageType]}`
  },
  reply: (facts) => {
    const status = attributeText(facts, 'pkiStatus')
    const name = Object.entries(PKI_STATUS).find(([, number]) => number === status)?.[0]
    return `CertRep (3): ${name === undefined ? 'a reply without a known pkiStatus' : `a reply, ${name} (${status})`}`
  },
  'next-ca': () => 'The answer to GetNextCACert: certificates of the next CA, signed',
  certificates: ({ certificates, signedData }) =>
    `Certificates in a SignedData that nobody signed, as GetCACert answers: ${[
      count(certificates.length, 'certificate'),
      ...((signedData?.crls.length ?? 0) > 0 ? [count(signedData?.crls.length ?? 0, 'CRL')] : []),
    ].join(', ')}`,
  certificate: ({ certificates: [only] }) =>
    `A certificate${only === undefined ? ' that cannot be read' : ` of ${nameToText(only.subject) || '(empty subject)'}`}`,
  'certification-request': ({ csr }) =>
    `A bare PKCS #10 certification request${csr === undefined ? ' that cannot be read' : ` of ${nameToText(csr.subject) || '(empty subject)'}`}`,
  crl: ({ crl }) => `A CRL${crl === undefined ? ' that cannot be read' : ` of ${nameToText(crl.issuer)}`}`,
  envelope: () => 'An envelope without the SignedData around it',
  'signed-data': () => 'A SignedData that is no message of SCEP',
  capabilities: () => 'The answer to GetCACaps: capabilities of a server',
  query: ({ input: { query } }) =>
    query?.message === undefined && query?.fault === undefined
      ? `A GET of SCEP: ${query?.operation.slice(0, 60) || 'no operation'}`
      : 'A GET of SCEP without a message that can be read',
  'private-key': () => 'A private key: nothing of it is shown',
  unknown: ({ input, element }) =>
    element === undefined && input.bytes.length === 0 && (input.text ?? '') === ''
      ? 'Nothing at all'
      : input.bytes[0] === 0x30
        ? 'A structure that is damaged, or not of SCEP'
        : 'Nothing that SCEP knows',
}
