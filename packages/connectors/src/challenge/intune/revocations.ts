import type { RevocationResult, RevocationSource, RevocationWish } from '@chancery/ra'
import { isObject } from '../../json-object.ts'
import type { IntuneConnection, Reading } from './connection.ts'
import type { IntuneConnections } from './connections.ts'
import { cut } from './failure-fields.ts'
import type { IntuneSettings } from './identity.ts'
import { IntuneError } from './intune-error.ts'

/** Of one batch: more does not empty the queue faster. */
const MOST_REQUESTS = 100

export interface IntuneRevocationOptions extends IntuneSettings {
  /** Of the process. */
  readonly connections: IntuneConnections
  /** As Intune was told the issuers of our certificates: only theirs are collected where the rule says so. */
  readonly issuerNames: readonly string[]
}

/**
 * What Intune wants revoked. Unless the tenant is shared with another CA product, everything is collected and looked through
 * here, because the filter of the service is not reliable.
 * @throws {IntuneError} the settings cannot be used
 */
export function intuneRevocations({
  connections,
  issuerNames,
  ...settings
}: IntuneRevocationOptions): RevocationSource {
  const connection = connections.to(settings)
  const filters = settings.rule.revocationFilter === 'issuer' ? issuerNames : [null]
  return {
    voucher: connection.identity.voucher,
    async collect() {
      const batches: RevocationWish[][] = []
      for (const issuerName of filters) batches.push(await download(connection, issuerName))
      return { wishes: batches.flat(), full: batches.some(({ length }) => length >= MOST_REQUESTS) }
    },
    async report(results) {
      if (results.length > 0) await connection.call('upload', { results: results.map(wireResult) }, readRecorded)
    },
  }
}

function download(connection: IntuneConnection, issuerName: string | null): Promise<RevocationWish[]> {
  return connection.call('download', { downloadParameters: { maxRequests: MOST_REQUESTS, issuerName } }, readWishes)
}

function readWishes({ value }: Readonly<Record<string, unknown>>): Reading<RevocationWish[]> {
  if (!Array.isArray(value)) {
    throw new IntuneError('ERR_INTUNE_ANSWER', 'Intune gives no list of revocations. It is tried again.')
  }
  return { value: value.flatMap(wishOf) }
}

/** Without its context nobody can answer it; without a serial number it can be answered, and is found unreadable. */
function wishOf(item: unknown): RevocationWish[] {
  if (!isObject(item)) return []
  const { requestContext: context, serialNumber } = item
  if (typeof context !== 'string' || context === '') return []
  return [
    {
      context,
      serialNumber: typeof serialNumber === 'string' ? serialNumber : '',
      issuerName: textOf(item.issuerName),
      caConfiguration: textOf(item.caConfiguration),
    },
  ]
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

/** Numbers in texts, as most others send them; a success has no message. */
function wireResult({ context, code, message }: RevocationResult) {
  const succeeded = code === 0
  return {
    requestContext: context,
    succeeded,
    errorCode: String(code),
    errorMessage: succeeded ? '' : cut(message.toWellFormed()),
  }
}

function readRecorded({ value }: Readonly<Record<string, unknown>>): Reading<true> {
  if (value === true || (typeof value === 'string' && value.toLowerCase() === 'true')) return { value: true }
  throw new IntuneError('ERR_INTUNE_ANSWER', 'Intune has not recorded the results of revocations. They are sent again.')
}
