import { type Certificate, parseCertificate, parseCrl } from '@chancery/pki'
import { attributeValues, nonceOctets, stringOctets } from '../attribute.ts'
import { openNextCa } from '../client/next-ca.ts'
import { openCrlAnswer } from '../client/open-answer.ts'
import { type ExpectedCertRep, openCertRep } from '../client/open-cert-rep.ts'
import { openReply, type Reply } from '../client/open-reply.ts'
import { FAIL_INFO } from '../fail-info.ts'
import { REASONS } from '../reason.ts'
import { ScepError } from '../scep-error.ts'
import type { TransactionId } from '../transaction-id.ts'
import { delivered } from './check/reply.ts'
import { count } from './count.ts'
import type { Facts } from './facts.ts'
import type { Verdict } from './inspection.ts'
import { KeyNeeded, MissingKey, MissingPassword } from './key-needed.ts'
import { readable } from './node.ts'

/**
 * What this client does with a reply: its own code is run on it, as if the reply were to the request that it names.
 * Without certificates of the server those in the reply are believed, which a client never does.
 */
export async function clientVerdict(facts: Facts): Promise<Verdict> {
  const { authorities = [] } = facts.options
  const believed = authorities.length === 0 ? ' The certificates in it were believed, which a client does not.' : ''
  const missing = new MissingKey()
  try {
    return accepted(true, `${await open(facts, missing)}${believed}`)
  } catch (error) {
    if (missing.asked || error instanceof KeyNeeded) {
      return accepted(false, `A SUCCESS. What it delivers could not be judged (${sealed(facts)}).${believed}`)
    }
    if (error instanceof ScepError) return refused(error)
    throw error
  }
}

/** The answer to GetNextCACert, which only a certificate of the current CA can prove. */
export function nextCaVerdict({ input, options: { authorities: current = [], now } }: Facts): Verdict {
  try {
    const { certificates, validFrom } = openNextCa(input.bytes, { current, now })
    return accepted(
      true,
      `It is signed by the CA, and brings ${count(certificates.length, 'certificate')}, valid from ${validFrom.toISOString()}.`,
    )
  } catch (error) {
    if (error instanceof ScepError) return refused(error)
    throw error
  }
}

/** As the answer to whatever was asked, which what it delivers tells. */
async function open(facts: Facts, missing: MissingKey): Promise<string> {
  const { bytes } = facts.input
  const expected = { ...correlation(facts), ...replyKeyOf(facts, missing) }
  const { authorities = [] } = facts.options
  const inner = delivered(facts)
  if (inner?.certificates.length === 0 && inner.crls[0] !== undefined) {
    if (authorities.length > 0) {
      const { issuer } = parseCrl(inner.crls[0])
      const certificate = { issuer, serialNumber: Buffer.alloc(1) }
      await openCrlAnswer(bytes, { ...expected, certificate, issuers: authorities })
    } else await openCertRep(bytes, expected)
    return 'A SUCCESS that delivers a CRL.'
  }
  const inside = certificatesInside(facts)
  const csrKey = inside[0]?.publicKey ?? missing.publicKey
  const issuers = authorities.length === 0 ? [...facts.certificates, ...inside] : authorities
  return meaning(await openReply(bytes, { ...expected, csrKey, issuers }))
}

/** What ties a reply to its request is believed to be what the reply says. */
function correlation(facts: Facts): Pick<ExpectedCertRep, 'transactionId' | 'senderNonce' | 'trusted'> {
  const { authorities = [] } = facts.options
  return {
    transactionId: (octets(facts, 'transactionId')?.toString('latin1') ?? '') as TransactionId,
    senderNonce: nonce(facts) ?? Buffer.alloc(0),
    trusted: authorities.length === 0 ? facts.certificates : authorities,
  }
}

/** The envelope tells whether the one who asked has a key that decrypts. */
function replyKeyOf(
  { envelope, options: { key, password } }: Facts,
  missing: MissingKey,
): Pick<ExpectedCertRep, 'decryption' | 'password'> {
  const kinds = (envelope?.recipientInfos ?? []).map(({ kind }) => kind)
  const underPassword = kinds.includes('password') && !kinds.includes('keyTransport')
  return underPassword ? { password: password ?? new MissingPassword() } : { decryption: key ?? missing }
}

/** The first one is the issued one to every client that goes by the order (S-3.3.2.1-03). */
function certificatesInside(facts: Facts): Certificate[] {
  return (delivered(facts)?.certificates ?? []).flatMap((each) => readable(() => parseCertificate(each)) ?? [])
}

function octets({ attributes }: Facts, name: 'transactionId'): Buffer | undefined {
  const { only } = attributeValues(attributes, name)
  return only && stringOctets(only)
}

function nonce({ attributes }: Facts): Buffer | undefined {
  const { only } = attributeValues(attributes, 'recipientNonce')
  return only && readable(() => nonceOctets(only))
}

function meaning(reply: Reply): string {
  switch (reply.status) {
    case 'SUCCESS':
      return 'A SUCCESS that delivers a certificate.'
    case 'PENDING':
      return 'A PENDING: the client asks again later.'
    case 'FAILURE': {
      const { failInfo, rawFailInfo, failInfoText } = reply
      const why = failInfo === undefined ? (rawFailInfo ?? 'no failInfo') : `${failInfo} (${FAIL_INFO[failInfo]})`
      return `A FAILURE, ${why}${failInfoText === undefined ? '' : `: "${failInfoText}"`}.`
    }
  }
}

function sealed({ opening }: Facts): string {
  return opening?.sentence ?? 'the key is not here'
}

function accepted(complete: boolean, sentence: string): Verdict {
  return {
    reader: 'client',
    profile: undefined,
    outcome: 'would be accepted',
    complete,
    reason: undefined,
    failInfo: undefined,
    sentence,
  }
}

function refused({ reason, message, detail }: ScepError): Verdict {
  const why = detail === undefined || detail === message ? message : `${message}: ${detail}`
  const sentence = `${reason}: ${why}. ${REASONS[reason].nextStep}`
  return {
    reader: 'client',
    profile: undefined,
    outcome: 'refused',
    complete: true,
    reason,
    failInfo: undefined,
    sentence,
  }
}
