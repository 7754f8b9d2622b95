import type { RaKey } from '@chancery/scep'
import type { ServedEndpoint } from '../context.ts'

/**
 * The endpoint as it is for messages to this RA certificate: the recipient of the envelope decides which generation of
 * the CA issues (RFC 8894 §5.1).
 * @param ra undefined: the message named none of ours, and goes to the current CA
 */
export function servedTo(served: ServedEndpoint, ra: RaKey | undefined): ServedEndpoint {
  const other = ra === undefined ? undefined : served.otherServices.get(ra.id)
  return other === undefined ? served : { ...served, ...other }
}
