import { randomBytes } from 'node:crypto'
import type { Configuration, NewTransaction, PreparedCertificate } from '@chancery/ra'
import type { Store } from '../index.ts'
import { sampleCertificate, sampleIdentity, samplePrepared, sampleTransaction } from './sample.ts'

/** How a certificate of a test differs from the sample. */
export interface Wanted
  extends Partial<Pick<PreparedCertificate, 'subject' | 'subjectAltNames' | 'notAfter' | 'serialNumber'>> {
  readonly endpoint?: string
  readonly transactionId?: string
  readonly predecessor?: string
  readonly transaction?: Partial<NewTransaction>
}

/** Issues one. @returns its UUID */
export async function issueOne(store: Store, configuration: Configuration, wanted: Wanted = {}): Promise<string> {
  const { endpoint, transactionId, predecessor, transaction, ...prepared } = wanted
  const sample = sampleIdentity()
  const identity = {
    ...sample,
    endpoint: endpoint ?? sample.endpoint,
    transactionId: (transactionId ?? randomBytes(8).toString('hex')) as typeof sample.transactionId,
  }
  const certificate = {
    ...sampleCertificate({ ...samplePrepared(configuration), ...prepared }),
    ...(predecessor !== undefined && { predecessor }),
  }
  const outcome = await store.ledger.issue(sampleTransaction(configuration, { identity, ...transaction }), certificate)
  if (outcome.status !== 'committed') throw new Error(`not issued: ${outcome.on}`)
  return certificate.uuid
}

/** To the store the octets of a test say nothing: what they would say stands in them. */
export function describeSample(der: Buffer) {
  return { key: der.length % 2 === 0 ? 'rsa-2048' : 'p-256', names: [] }
}

/** Until all is in the index. Two looks are needed where transactions may run beside each other. */
export async function indexAll(store: Store): Promise<void> {
  while (await store.certificates.isDue()) await store.certificates.index(describeSample)
}
