import { type Attribute, contextTag, type Element, parseAttribute, TAG, value } from '@chancery/pki'
import { ATTRIBUTE, type AttributeName, attributeValues, numberText, stringOctets } from '../../attribute.ts'
import { LONGEST_TRANSACTION_ID } from '../../transaction-id.ts'
import type { Facts } from '../facts.ts'
import { readable } from '../node.ts'
import { attributeWord, oidName } from '../oid-name.ts'
import { tagName } from '../tree/raw.ts'
import { type Check, MESSAGE, REPLY, REQUEST } from './check.ts'

/** The signed attributes of every message (RFC 8894 §3.2.1). */
export const ATTRIBUTES: readonly Check[] = [
  ...(['transactionId', 'messageType', 'senderNonce'] as const).map((name) => missing('S-3.2.1-01', name, REQUEST)),
  ...(['transactionId', 'messageType'] as const).map((name) => missing('S-3.2.1-01', name, REPLY)),
  ...(['pkiStatus', 'recipientNonce'] as const).map((name) => missing('S-3.2.1-02', name, REPLY)),
  ...(['transactionId', 'messageType', 'pkiStatus', 'failInfo'] as const).map(notPrintable),
  ...(['senderNonce', 'recipientNonce'] as const).map(oddNonce),
  ...(['messageType', 'pkiStatus', 'failInfo'] as const).map(oddNumber),
  {
    clause: 'S-3.2.1-15',
    level: 'broken',
    where: 'signedAttrs',
    of: MESSAGE,
    finds: ({ attributes }) => {
      const wrong = [...KNOWN].filter((oid) => {
        const found = attributes.filter((attribute) => attribute.oid === oid)
        return found.length > 1 || found.some(({ values }) => values.length !== 1)
      })
      const names = wrong.map((oid) => oidName(oid) ?? oid).join(', ')
      return wrong.length === 0 ? undefined : `Each attribute stands once with one value; not so ${names}.`
    },
  },
  {
    clause: 'S-3.2.1-16',
    level: 'broken',
    where: 'unsignedAttrs',
    of: [...MESSAGE, 'signed-data'],
    finds: ({ element }) => {
      const names = unsignedAttributes(element).flatMap(({ oid }) => (OF_SCEP.has(oid) ? [oidName(oid) ?? oid] : []))
      return names.length === 0
        ? undefined
        : `${names.join(', ')}: outside the signature, where anybody could have put it.`
    },
  },
  {
    clause: 'S-3.2.1-11',
    level: 'note',
    where: 'signedAttrs',
    of: MESSAGE,
    finds: ({ attributes }) => {
      const foreign = attributes.filter(({ oid }) => !KNOWN.has(oid)).map(({ oid }) => oidName(oid) ?? oid)
      return foreign.length === 0 ? undefined : `Attributes from elsewhere have no effect: ${foreign.join(', ')}.`
    },
  },
  {
    clause: 'S-3.2.1.1-04',
    level: 'broken',
    where: 'transactionID',
    of: MESSAGE,
    finds: (facts) => {
      const octets = octetsOf(facts, 'transactionId')
      if (octets === undefined) return undefined
      if (octets.length === 0) return 'The transactionID is empty.'
      return octets.length > LONGEST_TRANSACTION_ID
        ? `The transactionID has ${octets.length} octets, where ${LONGEST_TRANSACTION_ID} are enough.`
        : undefined
    },
  },
  {
    clause: 'S-3.2.1.1-03',
    level: 'warning',
    where: 'transactionID',
    of: MESSAGE,
    finds: (facts) => {
      const text = octetsOf(facts, 'transactionId')?.toString('latin1') ?? ''
      return /[^A-Za-z0-9 '()+,./:=?-]/.test(text)
        ? 'The transactionID has characters that no PrintableString may have; it is repeated as it is.'
        : undefined
    },
  },
  {
    clause: 'S-3.2.1.2-01',
    level: 'broken',
    where: 'messageType',
    of: REQUEST,
    finds: (facts) => {
      const { only } = attributeValues(facts.attributes, 'messageType')
      if (only === undefined || facts.messageType !== undefined) return undefined
      const text = numberText(only)
      if (text === '18')
        return 'The messageType is 18, UpdateReq of an old draft, which no server should take for a renewal.'
      return `The messageType ${JSON.stringify(text?.slice(0, 20) ?? 'unreadable')} is none of those that RFC 8894 knows.`
    },
  },
  {
    clause: 'S-3.2.1.5-06',
    level: 'broken',
    where: 'recipientNonce',
    of: REQUEST,
    finds: ({ attributes }) =>
      present(attributes, 'recipientNonce')
        ? 'It has a recipientNonce, which requests do not have; servers pass it over.'
        : undefined,
  },
  {
    clause: 'S-3.2.1-03',
    level: 'broken',
    where: 'signedAttrs',
    of: REQUEST,
    finds: ({ attributes }) =>
      present(attributes, 'pkiStatus') || present(attributes, 'failInfo')
        ? 'It has a pkiStatus or failInfo, which only replies have.'
        : undefined,
  },
  {
    clause: 'C-SA-06',
    level: 'broken',
    where: 'signingTime',
    of: MESSAGE,
    finds: ({ attributes }) => {
      const { only } = attributeValues(attributes, 'signingTime')
      if (only === undefined) return undefined
      return readable(() => value.timeValue(only, 'signingTime')) === undefined
        ? 'The signingTime cannot be read.'
        : undefined
    },
  },
  {
    clause: 'S-3.2.1.4-13',
    level: 'note',
    where: 'signingTime',
    of: MESSAGE,
    finds: ({ attributes, options: { now } }) => {
      const { only } = attributeValues(attributes, 'signingTime')
      const time = only && readable(() => value.timeValue(only, 'signingTime'))
      const hours = time === undefined ? 0 : (time.getTime() - now.getTime()) / 3_600_000
      return hours > 1 ? `The signingTime is ${Math.round(hours)} hours ahead of the time of this machine.` : undefined
    },
  },
]

/** Attributes whose number of values matters. */
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4'
const KNOWN: ReadonlySet<string> = new Set([...Object.values(ATTRIBUTE), MESSAGE_DIGEST])
const OF_SCEP: ReadonlySet<string> = new Set(
  Object.entries(ATTRIBUTE).flatMap(([name, oid]) => (name === 'contentType' || name === 'signingTime' ? [] : [oid])),
)

function present(attributes: readonly Attribute[], name: AttributeName): boolean {
  return attributes.some(({ oid }) => oid === ATTRIBUTE[name])
}

function missing(clause: string, name: AttributeName, of: Check['of']): Check {
  const word = attributeWord(name)
  return {
    clause,
    level: 'broken',
    where: 'signedAttrs',
    of,
    finds: ({ attributes }) => (present(attributes, name) ? undefined : `${word} is missing.`),
  }
}

function notPrintable(name: AttributeName): Check {
  return {
    clause: 'S-3.2.1-05',
    level: 'broken',
    where: attributeWord(name),
    of: MESSAGE,
    finds: ({ attributes }) => {
      const { only } = attributeValues(attributes, name)
      return only === undefined || only.tag === TAG.printableString
        ? undefined
        : `${attributeWord(name)} is ${tagName(only.tag)} instead of PrintableString.`
    },
  }
}

function oddNonce(name: AttributeName): Check {
  return {
    clause: 'S-3.2.1-07',
    level: 'broken',
    where: name,
    of: MESSAGE,
    finds: ({ attributes }) => {
      const { only } = attributeValues(attributes, name)
      if (only === undefined) return undefined
      if (only.tag !== TAG.octetString) return `${name} is ${tagName(only.tag)} instead of a plain OCTET STRING.`
      const { length } = only.content
      return length === 16 ? undefined : `${name} has ${length} octets instead of 16.`
    },
  }
}

function oddNumber(name: AttributeName): Check {
  return {
    clause: 'S-3.2.1-08',
    level: 'broken',
    where: name,
    of: MESSAGE,
    finds: ({ attributes }) => {
      const { only } = attributeValues(attributes, name)
      const text = only && numberText(only)
      if (text === undefined || /^(?:0|[1-9]\d*)$/.test(text)) return undefined
      return `${name} is ${JSON.stringify(text.slice(0, 20))}, where plain decimal digits belong.`
    },
  }
}

function octetsOf({ attributes }: Facts, name: AttributeName): Buffer | undefined {
  const { only } = attributeValues(attributes, name)
  return only && stringOctets(only)
}

/** The reader leaves them out, because they mean nothing. */
function unsignedAttributes(element: Element | undefined): Attribute[] {
  const signers = element?.children[1]?.children[0]?.children.at(-1)?.children ?? []
  const fields = signers.flatMap(({ children }) => children.filter(({ tag }) => tag === contextTag(1, true)))
  return fields.flatMap(({ children }) => children).flatMap((each) => readable(() => parseAttribute(each)) ?? [])
}
