import type { Driver } from '../driver.ts'
import type { CertificateCriteria } from './criteria.ts'
import { type CertificateIndex, certificateIndex } from './indexing.ts'
import { type CertificatePage, certificatePage, type PageOptions } from './page.ts'
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
}

export function certificatesOf(driver: Driver): Certificates {
  return {
    ...certificateIndex(driver),
    page: (criteria, options, describe, now) => certificatePage(driver, criteria, options, describe, now),
  }
}
