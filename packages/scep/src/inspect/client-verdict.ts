import { type Certificate, type DecryptionKey, parseCertificate } from '@chancery/pki'
import { attributeValues, nonceOctets, stringOctets } from '../attribute.ts'
import { type ExpectedReply, openReply, type Reply } from '../client/open-reply.ts'
import { FAIL_INFO } from '../fail-info.ts'
import { REASONS } from '../reason.ts'
import { ScepError } from '../scep-error.ts'
import type { TransactionId } from '../transaction-id.ts'
import { delivered } from './check/reply.ts'
import type { Facts } from './facts.ts'
import type { Verdict } from './inspection.ts'
import { MissingKey } from './key-needed.ts'
import { readable } from './node.ts'

/**
 * What this client does with a reply: its own `openReply` is run on it, as if the reply were to the request that it names.
 * Without certificates of the server those in the reply are believed, which a client never does.
 */
export async function clientVerdict(facts: Facts): Promise<Verdict> {
  const { authorities = [] } = facts.options
  const believed = authorities.length === 0 ? ' The certificates in it were believed, which a client does not.' : ''
  const missing = new MissingKey()
  try {
    const reply = await openReply(facts.input.bytes, expectation(facts, missing))
    return accepted(true, `${meaning(reply)}${believed}`)
  } catch (error) {
    if (!(error instanceof ScepError)) throw error
    if (deliversCrl(facts, error)) return accepted(true, `A SUCCESS that delivers a CRL.${believed}`)
    if (!missing.asked) return refused(error)
    return accepted(false, `A SUCCESS. What it delivers could not be judged (${sealed(facts)}).${believed}`)
  }
}

/** The answer to GetCRL: everything passed, and the certificate that an enrolment would wait for is rightly not there. */
function deliversCrl(facts: Facts, { reason }: ScepError): boolean {
  const inner = delivered(facts)
  return reason === 'certificate_not_ours' && inner?.certificates.length === 0 && inner.crls.length > 0
}

function expectation(facts: Facts, missing: MissingKey): ExpectedReply {
  const { authorities = [], key } = facts.options
  const inside = certificatesInside(facts)
  const [issued] = inside
  const trusted = authorities.length === 0 ? facts.certificates : authorities
  const decryption: DecryptionKey = key ?? missing
  return {
    transactionId: (octets(facts, 'transactionId')?.toString('latin1') ?? '') as TransactionId,
    senderNonce: nonce(facts) ?? Buffer.alloc(0),
    trusted,
    decryption,
    csrKey: issued?.publicKey ?? decryption.publicKey,
    issuers: authorities.length === 0 ? [...facts.certificates, ...inside] : authorities,
  }
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
