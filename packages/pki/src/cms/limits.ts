import { Asn1Error } from '../der/asn1-error.ts'
import type { Element } from '../der/element.ts'
import { DEFAULT_LIMITS, type ReadLimits } from '../der/read.ts'

/** What a CMS structure may hold. Each signer and recipient may cost a public-key operation. */
export interface CmsLimits extends ReadLimits {
  readonly certificates: number
  readonly crls: number
  readonly signerInfos: number
  readonly recipientInfos: number
}

export const CMS_LIMITS: CmsLimits = {
  ...DEFAULT_LIMITS,
  certificates: 16,
  crls: 16,
  signerInfos: 16,
  recipientInfos: 16,
}

/** Elements of a SET, when there are not too many. */
export function atMost(limit: number, set: Element, what: string): readonly Element[] {
  if (set.children.length > limit) throw new Asn1Error(`more than ${limit} ${what}`)
  return set.children
}
