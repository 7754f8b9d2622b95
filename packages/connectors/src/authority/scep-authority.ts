import { randomBytes } from 'node:crypto'
import type { Certificate } from '@chancery/pki'
import { type CertificationRequest, sameName, verifyCertificate } from '@chancery/pki'
import type { OrderAnswer, OrderingAuthority, RecordedOrder, Wording } from '@chancery/ra'
import { type Fetch, openReply, type Reply, ScepError, sealPoll, sealRequest, type TransactionId } from '@chancery/scep'
import { type ClientIdentity, clientIdentity } from './client-identity.ts'
import { type Memo, readMemo, writeMemo } from './memo.ts'
import type { ScepSettings } from './scep-settings.ts'
import { Slots } from './slots.ts'
import { askUpstream, knownUpstream, scepClient, type Upstream } from './upstream.ts'
import { type UpstreamError, upstreamError } from './upstream-error.ts'
import { WatchedUpstream } from './watched-upstream.ts'

export interface ScepAuthorityOptions {
  readonly authorityId: number
  readonly issuerId: number
  /** The CA of the other server, as it was when the authority was made. */
  readonly ca: Certificate
  readonly settings: ScepSettings
  readonly fetch: Fetch
  readonly now: () => Date
  /** Resolves after a time; how long a device can be let wait. */
  readonly patience: () => Promise<void>
  readonly report: OrderingAuthority['report']
  /** Of the server: it went away (and why), or came back (undefined). */
  readonly onChange: (trouble: UpstreamError | undefined) => void
}

/** Waiting in this process for their turn, for each call that is under way. */
const WAITING_PER_CALL = 16
/** Beside the calls themselves: waiting for a turn, opening the reply, writing it down. */
const LEASE_MARGIN_SECONDS = 15

/** Another SCEP server, as whose registration authority we act: it gets the device's own certification request. */
export function scepAuthority(options: ScepAuthorityOptions): OrderingAuthority {
  const { settings, now, ca } = options
  const { timeoutSeconds, concurrentCalls } = settings
  const client = scepClient(settings, options.fetch)
  const slots = new Slots(concurrentCalls, concurrentCalls * WAITING_PER_CALL)
  const watched = new WatchedUpstream({
    ca,
    known: seen(settings, now()),
    ask: () => askUpstream(client, settings, now()),
    now,
    onChange: options.onChange,
  })
  let identity: Promise<ClientIdentity> | undefined

  const soon = <T>(work: Promise<T>): Promise<T | 'later'> =>
    Promise.race([work, options.patience().then(() => 'later' as const)])

  return {
    kind: 'ordering',
    authorityId: options.authorityId,
    issuerId: options.issuerId,
    // Its certificates may have to be asked for before.
    leaseSeconds: 2 * timeoutSeconds + LEASE_MARGIN_SECONDS,
    now,
    soon,
    report: options.report,

    async word(csr): Promise<Wording> {
      const upstream = await watched.lately(soon)
      identity ??= clientIdentity(settings, now())
      return wording(csr, upstream, await identity)
    },

    async send(order): Promise<OrderAnswer> {
      try {
        return await slots.during(async () => {
          const upstream = await watched.now()
          const memo = readMemo(order.memo)
          const reply = await (order.state === 'pending' ? poll(order, memo, upstream) : resend(order, memo, upstream))
          return answerOf(reply, memo, now())
        })
      } catch (error) {
        if (error instanceof ScepError && error.reason === 'certificate_not_ours') {
          return {
            status: 'refused',
            detail: `the SCEP server answered with a certificate that is not to be taken: ${error.detail}`,
          }
        }
        // Its RA certificate may be another one by now.
        watched.forget()
        throw upstreamError(error, settings.url)
      }
    },
  }

  async function resend({ message, upstreamTransactionId }: RecordedOrder, memo: Memo, upstream: Upstream) {
    const reply = await client.pkiOperation(message, upstream.algorithms.post)
    return opened(reply, upstreamTransactionId, memo.senderNonce, memo, upstream)
  }

  async function poll({ upstreamTransactionId }: RecordedOrder, memo: Memo, upstream: Upstream) {
    const nonce = randomBytes(16)
    const { message } = await sealPoll({
      ...upstream.algorithms,
      signer: memo.client,
      recipient: upstream.recipient,
      transactionId: upstreamTransactionId as TransactionId,
      nonce,
      issuer: memo.ca.subject,
      subject: memo.subject,
    })
    const reply = await client.pkiOperation(message, upstream.algorithms.post)
    return opened(reply, upstreamTransactionId, nonce, memo, upstream)
  }

  function opened(reply: Buffer, transactionId: string, senderNonce: Buffer, memo: Memo, { trusted }: Upstream) {
    return openReply(reply, {
      transactionId: transactionId as TransactionId,
      senderNonce,
      trusted,
      issuers: [memo.ca],
      csrKey: memo.csrKey,
      decryption: memo.client.decryption,
      allowSingleDes: settings.legacyAlgorithms,
    })
  }
}

/** What is in the settings may have been changed by hand; then it was never seen. */
function seen(settings: ScepSettings, now: Date): Upstream | undefined {
  try {
    return knownUpstream(settings, now)
  } catch {
    return undefined
  }
}

async function wording(csr: CertificationRequest, upstream: Upstream, client: ClientIdentity): Promise<Wording> {
  const { recipient, algorithms, ca } = upstream
  const nonce = randomBytes(16)
  const sealed = await sealRequest({
    ...algorithms,
    messageType: 'PKCSReq',
    csr: csr.der,
    signer: client,
    recipient,
    nonce,
    transactionId: undefined,
  })
  return {
    upstreamTransactionId: sealed.transactionId,
    message: sealed.message,
    memo: writeMemo(csr, client, sealed.senderNonce, ca),
  }
}

function answerOf(reply: Reply, { ca }: Memo, now: Date): OrderAnswer {
  switch (reply.status) {
    case 'PENDING':
      return { status: 'pending' }
    case 'FAILURE': {
      const { failInfo, rawFailInfo, failInfoText } = reply
      const why = [failInfo ?? rawFailInfo ?? 'without a failInfo', failInfoText].filter((part) => part !== undefined)
      return { status: 'refused', detail: `the SCEP server refused it: ${why.join(', ')}` }
    }
    case 'SUCCESS': {
      const { certificate } = reply
      const fault = faultOf(certificate, ca, now)
      return fault === undefined
        ? { status: 'issued', certificate: certificate.der }
        : { status: 'refused', detail: fault }
    }
  }
}

/** The key was looked at when the reply was opened. */
function faultOf(certificate: Certificate, ca: Certificate, now: Date): string | undefined {
  if (!sameName(certificate.issuer, ca.subject) || !verifyCertificate(certificate, ca.publicKey)) {
    return 'the SCEP server answered with a certificate of another CA than the one that is configured'
  }
  if (certificate.notAfter <= now) return 'the SCEP server answered with a certificate that has expired'
  return undefined
}
