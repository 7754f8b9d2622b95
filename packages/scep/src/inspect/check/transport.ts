import type { Facts } from '../facts.ts'
import type { InspectedKind } from '../inspection.ts'
import type { Check } from './check.ts'

const ANY: readonly InspectedKind[] = [
  'request',
  'reply',
  'query',
  'unknown',
  'signed-data',
  'envelope',
  'certification-request',
]

/** The URL of a GET (RFC 8894 §4.1). */
export const TRANSPORT: readonly Check[] = [
  {
    clause: 'S-4.1-13',
    level: 'broken',
    where: 'operation',
    of: ANY,
    finds: ({ input: { query } }) => {
      if (query === undefined || OPERATIONS.includes(query.operation)) return undefined
      if (query.operation === '') return 'The URL has no operation.'
      const meant = OPERATIONS.find((one) => one.toLowerCase() === query.operation.toLowerCase())
      return meant === undefined
        ? `The operation ${JSON.stringify(query.operation.slice(0, 60))} is none of SCEP.`
        : `The operation is written ${query.operation} instead of ${meant}, which a server that compares exactly does not know.`
    },
  },
  {
    clause: 'S-4.1-08',
    level: 'broken',
    where: 'message',
    of: ANY,
    finds: ({ input: { query } }) =>
      query?.fault === undefined
        ? undefined
        : 'The message parameter is missing, empty or no base64, so there is nothing to answer.',
  },
  spelling('it has a bare +, which form decoders turn into a blank', (raw) => raw.includes('+')),
  spelling('it has blanks, where a + was or a line was broken', (raw) => / |%20/.test(raw)),
  spelling('it is broken into lines', (raw) => /[\r\n]|%0[ad]/i.test(raw)),
  spelling('it is base64url, with - and _ in the alphabet', (raw) => /[-_]|%2d|%5f/i.test(raw)),
  spelling('its padding is missing', (raw) => digitsOf(raw) % 4 !== 0),
  spelling('it is escaped twice', (raw) => /%25(?:2b|2f|3d|0a)/i.test(raw)),
]

const OPERATIONS = ['PKIOperation', 'GetCACert', 'GetCACaps', 'GetNextCACert']

function spelling(fault: string, isSo: (raw: string) => boolean): Check {
  return {
    clause: 'S-4.1-05',
    level: 'broken',
    where: 'message',
    of: ANY,
    finds: (facts) =>
      isSo(encoded(facts))
        ? `The message parameter is not percent-escaped base64 of RFC 4648 §4: ${fault}.`
        : undefined,
  }
}

function encoded({ input: { query } }: Facts): string {
  return query?.message === undefined ? '' : (query.rawMessage ?? '')
}

/** Characters of base64, with padding. */
function digitsOf(raw: string): number {
  return raw.replace(/%0[ad]|\s/gi, '').replace(/%(?:25)?[0-9a-f]{2}/gi, '=').length
}
