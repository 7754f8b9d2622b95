import { basicConstraints, type Certificate, isSelfSigned, keyUsage, parseSignedData, sameName } from '@chancery/pki'
import { ATTRIBUTE } from '../../attribute.ts'
import { selectRecipient } from '../../client/select-certificate.ts'
import { allows, isAuthority } from '../../client/usage.ts'
import { ScepError } from '../../scep-error.ts'
import type { Facts } from '../facts.ts'
import { readable } from '../node.ts'
import type { Check } from './check.ts'

/** GetCACert and GetNextCACert (RFC 8894 §4.2, §4.7). */
export const AUTHORITY: readonly Check[] = [
  {
    clause: 'S-4.2.1.2-05',
    level: 'warning',
    where: 'certificates',
    of: ['certificates'],
    finds: ({ certificates }) => recipientFault(certificates),
  },
  {
    clause: 'S-2.1.2-01',
    level: 'broken',
    where: 'certificates',
    of: ['certificates'],
    finds: ({ certificates }) =>
      certificates.some((each) => allows(each, 'digitalSignature')) || certificates.length === 0
        ? undefined
        : 'No certificate has the key usage digitalSignature, so none may sign a reply.',
  },
  {
    clause: 'S-4.2.1.2-02',
    level: 'warning',
    where: 'certificates',
    of: ['certificates'],
    finds: ({ certificates }) => {
      const cas = certificates.filter(isCa)
      const lowest = cas.filter(
        (each) =>
          !cas.some(
            (other) => other !== each && sameName(other.issuer, each.subject) && !sameName(other.issuer, other.subject),
          ),
      )
      return lowest.length > 1
        ? `${lowest.length} CA certificates are at the end of a chain, so it is not clear which one issues.`
        : undefined
    },
  },
  {
    clause: 'S-4.2.1.2-03',
    level: 'warning',
    where: 'certificates',
    of: ['certificates'],
    finds: ({ certificates }) => {
      const firstCa = certificates.findIndex(isAuthority)
      const behind = certificates.some((each, index) => !isAuthority(each) && firstCa !== -1 && index > firstCa)
      return behind
        ? 'A certificate of an RA stands behind one of a CA; clients that go by the order take the wrong one.'
        : undefined
    },
  },
  {
    clause: 'S-4.2.1.1-01',
    level: 'warning',
    where: 'certificates',
    of: ['certificates'],
    finds: ({ certificates }) =>
      certificates.length === 1
        ? 'As the answer to GetCACert a single certificate is sent bare, not in a SignedData: Apple takes this for an RA.'
        : undefined,
  },
  {
    clause: 'S-2.1.2-01',
    level: 'warning',
    where: 'Certificate',
    of: ['certificate'],
    finds: ({ certificates: [only] }) => {
      if (only === undefined || !isCa(only)) return undefined
      const usage = readable(() => keyUsage(only))
      const lacking = (['digitalSignature', 'keyEncipherment'] as const).filter(
        (each) => usage !== undefined && !usage.includes(each),
      )
      return lacking.length === 0
        ? undefined
        : `As the only certificate of a SCEP server it would lack the key usage ${lacking.join(' and ')}.`
    },
  },
  {
    clause: 'S-4.7.1-02',
    level: 'broken',
    where: 'eContent',
    of: ['next-ca'],
    finds: (facts) => {
      const next = nextCertificates(facts)
      return next === 0 ? 'The signed content holds no certificate of a next CA.' : undefined
    },
  },
  {
    clause: 'S-4.7.1-03',
    level: 'warning',
    where: 'signedAttrs',
    of: ['next-ca'],
    finds: ({ attributes }) =>
      attributes.some(({ oid }) => oid.startsWith(VERISIGN) || oid === ATTRIBUTE.failInfoText)
        ? 'The answer to GetNextCACert has attributes of SCEP.'
        : undefined,
  },
  {
    clause: 'S-4.7.1-01',
    level: 'broken',
    where: 'signature',
    of: ['next-ca'],
    finds: ({ signature }) =>
      signature === undefined || signature.signer !== undefined || signature.reason === 'signer_missing'
        ? undefined
        : `The signature is not that of the CA: ${signature.sentence.replace(/^wrong: /, '')}.`,
  },
]

const VERISIGN = '2.16.840.1.113733.1.9.'

function isCa(certificate: Certificate): boolean {
  return readable(() => basicConstraints(certificate)?.ca === true) === true || isSelfSigned(certificate)
}

function recipientFault(certificates: readonly Certificate[]): string | undefined {
  if (certificates.length === 0) return undefined
  try {
    selectRecipient(certificates)
    return undefined
  } catch (error) {
    if (!(error instanceof ScepError)) throw error
    return `A client finds none to encrypt to: ${error.detail ?? error.message}.`
  }
}

function nextCertificates({ signedData }: Facts): number {
  const content = signedData?.eContent
  return content === undefined ? 0 : (readable(() => parseSignedData(content).certificates.length) ?? 0)
}
