import type { Attribute, Certificate, Element } from '@chancery/pki'
import { attributeValues, numberText, stringOctets } from '../attribute.ts'
import { verifyMessageSignature } from '../client/open-cert-rep.ts'
import { FAIL_INFO, type FailInfo } from '../fail-info.ts'
import { type PkiMessage, readPkiMessage } from '../pki-message.ts'
import { PKI_STATUS, type PkiStatus } from '../pki-status.ts'

/** One exchange as it was seen, judged by nobody yet. */
export interface Answer {
  /** 0: no answer came. */
  readonly status: number
  readonly contentType: string | undefined
  readonly body: Buffer
  /** Why there is none. */
  readonly failure?: string
}

/** A CertRep, believed or not. */
export interface SeenReply {
  readonly message: PkiMessage
  /** Whether a certificate of GetCACert signed it. */
  readonly signedBy: Certificate | undefined
  readonly pkiStatus: PkiStatus | undefined
  readonly failInfo: FailInfo | undefined
  readonly messageType: string | undefined
  readonly transactionId: string | undefined
  readonly senderNonce: Buffer | undefined
  readonly recipientNonce: Buffer | undefined
  readonly failInfoText: string | undefined
}

/** undefined: the body is no signed message at all. */
export function seenReply({ body }: Answer, trusted: readonly Certificate[]): SeenReply | undefined {
  const message = attempt(() => readPkiMessage(body))
  if (message === undefined) return undefined
  const { attributes } = message
  const pkiStatus = number(attributes, 'pkiStatus')
  const failInfo = number(attributes, 'failInfo')
  return {
    message,
    signedBy: attempt(() => verifyMessageSignature(message, trusted)),
    pkiStatus: nameOf(PKI_STATUS, pkiStatus),
    failInfo: nameOf(FAIL_INFO, failInfo),
    messageType: number(attributes, 'messageType'),
    transactionId: only(attributes, 'transactionId', (element) => stringOctets(element)?.toString('latin1')),
    senderNonce: only(attributes, 'senderNonce', ({ content }) => content),
    recipientNonce: only(attributes, 'recipientNonce', ({ content }) => content),
    failInfoText: only(attributes, 'failInfoText', ({ content }) => content.toString('utf8')),
  }
}

/** In words, for a sentence: what came back. */
export function describe(answer: Answer, reply: SeenReply | undefined): string {
  if (answer.status === 0) return `no answer (${answer.failure})`
  if (reply === undefined) return `HTTP ${answer.status}`
  if (reply.pkiStatus === 'FAILURE') return `FAILURE ${reply.failInfo ?? 'without a known failInfo'}`
  return reply.pkiStatus ?? 'a CertRep without a known pkiStatus'
}

function number(attributes: readonly Attribute[], name: Parameters<typeof attributeValues>[1]): string | undefined {
  return only(attributes, name, numberText)
}

function only<T>(
  attributes: readonly Attribute[],
  name: Parameters<typeof attributeValues>[1],
  read: (element: Element) => T | undefined,
): T | undefined {
  const { only: element } = attributeValues(attributes, name)
  return element === undefined ? undefined : attempt(() => read(element))
}

function nameOf<Table extends Record<string, string>>(
  table: Table,
  value: string | undefined,
): keyof Table | undefined {
  return Object.entries(table).find(([, known]) => known === value)?.[0]
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
