import type { Driver } from '../driver.ts'
import type { CertificateCriteria } from './criteria.ts'
import {
  certificateDetail,
  type IssuerOfCertificates,
  issuersOfCertificates,
  type RequestOfCertificate,
  requestOf,
  type StandingChange,
  standingChanges,
} from './detail.ts'
import { type CertificateIndex, certificateIndex } from './indexing.ts'
import { lineOf } from './line.ts'
import { type CertificatePage, certificatePage, type PageOptions } from './page.ts'
import type { CertificateEntry } from './row.ts'
import type { DescribeCertificate } from './term.ts'

/** The inventory as administrators look at it. Whatever may take long is read where no device waits for it. */
export interface Certificates extends CertificateIndex {
  /** The newest first. */
  page(
    criteria: CertificateCriteria,
    options: PageOptions,
    describe: DescribeCertificate,
    now: Date,
  ): Promise<CertificatePage>
  /** With its octets. */
  get(uuid: string): Promise<CertificateEntry | undefined>
  issuers(): Promise<readonly IssuerOfCertificates[]>
  /** The oldest first. */
  changes(entry: CertificateEntry): Promise<readonly StandingChange[]>
  /** Undefined once it is forgotten. */
  request(entry: CertificateEntry): Promise<RequestOfCertificate | undefined>
  /** It, what it renewed and what renewed it, over all steps; the oldest first. */
  line(uuid: string): Promise<readonly CertificateEntry[]>
}

export function certificatesOf(driver: Driver): Certificates {
  return {
    ...certificateIndex(driver),
    page: (criteria, options, describe, now) => certificatePage(driver, criteria, options, describe, now),
    get: (uuid) => certificateDetail(driver, uuid),
    issuers: () => issuersOfCertificates(driver),
    changes: (entry) => standingChanges(driver, entry),
    request: (entry) => requestOf(driver, entry),
    line: (uuid) => lineOf(driver, uuid),
  }
}
