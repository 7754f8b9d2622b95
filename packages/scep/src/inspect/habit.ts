import { type Element, EXTENSION_OID, findExtension, serialToHex } from '@chancery/pki'
import { attributeText, type Facts } from './facts.ts'
import type { InspectedKind, Resemblance } from './inspection.ts'

/** What habits show in. */
export interface HabitFacts extends Pick<Facts, 'kind' | 'element' | 'attributes' | 'certificates' | 'csr'> {
  readonly input: { readonly query?: { readonly rawMessage?: string | undefined } | undefined }
  readonly signature: Pick<NonNullable<Facts['signature']>, 'signer'> | undefined
  readonly envelope: { readonly contentEncryption: { readonly oid: string } } | undefined
  readonly signedData: Pick<NonNullable<Facts['signedData']>, 'eContent'> | undefined
}

/** With what several traits ask for. */
interface Seen extends HabitFacts {
  readonly transaction: string
  readonly signerName: string
}

/** What one program does that few others do. */
interface Trait {
  readonly because: string
  readonly shows: (seen: Seen) => boolean
}

interface Habits {
  readonly name: string
  readonly of: InspectedKind
  /** How many of the traits must be there. */
  readonly enough: number
  readonly traits: readonly Trait[]
}

/** Programs that the message looks like; a guess that helps to find who sent it, and no more. */
export function resemblances(facts: HabitFacts): Resemblance[] {
  const transaction = attributeText(facts, 'transactionId') ?? ''
  const seen: Seen = { ...facts, transaction, signerName: signerName(facts) }
  return HABITS.filter(({ of }) => of === facts.kind).flatMap(({ name, enough, traits }) => {
    const shown = traits.filter(({ shows }) => shows(seen)).map(({ because }) => because)
    return shown.length >= enough ? [{ name, because: shown.join(', and ') }] : []
  })
}

const HABITS: readonly Habits[] = [
  {
    name: "micromdm's scepclient",
    of: 'request',
    enough: 2,
    traits: [
      { because: 'the signer is called SCEP SIGNER', shows: (facts) => facts.signerName === 'SCEP SIGNER' },
      {
        because: 'the transactionID is 20 octets in base64',
        shows: (facts) => /^[A-Za-z0-9+/]{27}=$/.test(facts.transaction),
      },
      { because: 'it encrypts with single DES', shows: (facts) => facts.envelope?.contentEncryption.oid === DES },
      { because: 'its GET is in base64url', shows: ({ input }) => /[-_]/.test(input.query?.rawMessage ?? '') },
    ],
  },
  {
    name: 'strongSwan pki',
    of: 'request',
    enough: 1,
    traits: [
      {
        because: 'the transactionID, 40 hexadecimal digits, is the serial number of the signer too',
        shows: (facts) => {
          const id = facts.transaction
          return /^[0-9A-F]{40}$/.test(id) && serial(facts).replace(/^00(?=[89a-f])/, '') === id.toLowerCase()
        },
      },
    ],
  },
  {
    name: 'sscep',
    of: 'request',
    enough: 1,
    traits: [
      {
        because: 'the serial number of the signer spells the transactionID in ASCII',
        shows: (facts) =>
          facts.transaction.length >= 31 && serialText(facts).startsWith(facts.transaction.slice(0, 31)),
      },
      {
        because: 'the transactionID is "SSCEP transactionId"',
        shows: (facts) => facts.transaction.startsWith('SSCEP transactionId'),
      },
    ],
  },
  {
    name: 'certmonger',
    of: 'request',
    enough: 2,
    traits: [
      {
        because: 'the transactionID is a decimal number of more than 70 digits',
        shows: (facts) => /^[0-9]{70,80}$/.test(facts.transaction),
      },
      { because: 'the signer is a version 1 certificate', shows: ({ signature }) => signature?.signer?.version === 1 },
      {
        because: 'its serial number has 32 octets or more',
        shows: ({ signature }) => (signature?.signer?.serialNumber.length ?? 0) >= 32,
      },
    ],
  },
  {
    name: 'jscep, or another program on Bouncy Castle',
    of: 'request',
    enough: 2,
    traits: [
      {
        because: 'it is BER of indefinite length with content in segments',
        shows: ({ element }) => element !== undefined && isSegmented(element),
      },
      {
        because: 'CMSAlgorithmProtection is among its attributes',
        shows: (facts) => hasAttribute(facts, '1.2.840.113549.1.9.52'),
      },
    ],
  },
  {
    name: 'an Apple device',
    of: 'request',
    enough: 2,
    traits: [
      { because: 'the signer is called by a random UUID', shows: (facts) => UUID.test(facts.signerName) },
      {
        because: 'the transactionID is 40 upper-case hexadecimal digits',
        shows: (facts) => /^[0-9A-F]{40}$/.test(facts.transaction),
      },
    ],
  },
  {
    name: 'Windows',
    of: 'request',
    enough: 1,
    traits: [
      {
        because: 'the signer has a critical authorityKeyIdentifier',
        shows: ({ signature }) =>
          signature?.signer !== undefined &&
          findExtension(signature.signer, EXTENSION_OID.authorityKeyIdentifier)?.critical === true,
      },
      {
        because: "the request has attributes of Microsoft's",
        shows: ({ csr }) => csr?.attributes.some(({ oid }) => oid.startsWith(MICROSOFT)) === true,
      },
    ],
  },
  {
    name: 'Cisco IOS',
    of: 'request',
    enough: 3,
    traits: [
      {
        because: 'unstructuredName stands in the subject',
        shows: ({ csr, signature }) =>
          [csr?.subject, signature?.signer?.subject].some((name) => names(name).includes('1.2.840.113549.1.9.2')),
      },
      {
        because: 'the cipher is 3DES or single DES',
        shows: ({ envelope }) => [DES, DES3].includes(envelope?.contentEncryption.oid ?? ''),
      },
      {
        because: 'the transactionID is 32 hexadecimal digits',
        shows: (facts) => /^[0-9A-F]{32}$/.test(facts.transaction),
      },
    ],
  },
  {
    name: 'cryptlib',
    of: 'request',
    enough: 1,
    traits: [
      {
        because: 'the transactionID is in groups of five',
        shows: (facts) =>
          /^[0-9A-Z]{5}(?:-[0-9A-Z]{5}){2}$/.test(facts.transaction) && hasAttribute(facts, '1.2.840.113549.1.9.25.3'),
      },
    ],
  },
  {
    name: 'NDES (Microsoft)',
    of: 'reply',
    enough: 1,
    traits: [
      {
        because: 'a reply without data has a content of one octet 00',
        shows: ({ signedData }) => signedData?.eContent?.equals(Buffer.alloc(1)) === true,
      },
      {
        because: 'it has the signed attribute 1.3.6.1.4.1.311.21.38',
        shows: (facts) => hasAttribute(facts, '1.3.6.1.4.1.311.21.38'),
      },
    ],
  },
  {
    name: "micromdm's or smallstep's server",
    of: 'reply',
    enough: 1,
    traits: [
      { because: 'it encrypts with single DES', shows: ({ envelope }) => envelope?.contentEncryption.oid === DES },
      {
        because: 'the senderNonce is that of the request',
        shows: ({ attributes }) => {
          const [own, copied] = ['2.16.840.1.113733.1.9.5', '2.16.840.1.113733.1.9.6'].map(
            (oid) => attributes.find((each) => each.oid === oid)?.values[0]?.content,
          )
          return own !== undefined && copied !== undefined && own.equals(copied)
        },
      },
    ],
  },
  {
    name: 'NDES (Microsoft)',
    of: 'certificates',
    enough: 1,
    traits: [
      {
        because: 'two RA certificates are for signing and for encrypting, one bit each, by Microsoft templates',
        shows: ({ certificates }) =>
          certificates.length >= 3 &&
          certificates.filter((each) => findExtension(each, '1.3.6.1.4.1.311.20.2') !== undefined).length >= 2,
      },
    ],
  },
]

export const DES = '1.3.14.3.2.7'
export const DES3 = '1.2.840.113549.3.7'
const MICROSOFT = '1.3.6.1.4.1.311.'
const UUID = /^[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}$/i

const serial = ({ signature }: HabitFacts): string =>
  signature?.signer === undefined ? '' : serialToHex(signature.signer.serialNumber)
const serialText = ({ signature }: HabitFacts): string => signature?.signer?.serialNumber.toString('latin1') ?? ''
const hasAttribute = ({ attributes }: HabitFacts, oid: string): boolean => attributes.some((each) => each.oid === oid)

function names(name: { readonly rdns: readonly (readonly { readonly oid: string }[])[] } | undefined): string[] {
  return (name?.rdns ?? []).flat().map(({ oid }) => oid)
}

function signerName({ signature }: HabitFacts): string {
  const pairs = signature?.signer?.subject.rdns.flat() ?? []
  return pairs.find(({ oid }) => oid === '2.5.4.3')?.value ?? ''
}

function isSegmented(e: Element): boolean {
  return e.indefinite && e.children.some(hasSegments)
}

function hasSegments(e: Element): boolean {
  return (e.constructed && (e.tag & 0xdf) === 0x04) || e.children.some(hasSegments)
}
