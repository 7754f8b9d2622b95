import { type Configuration, isVouchedFor, type Voucher } from '@chancery/ra'
import type { MakeVouching } from './challenge.ts'

/** Who is meant by the key of a voucher, as the profiles are now, be they enabled or not; undefined: none speaks to him any more. */
export function voucherOf(
  key: string,
  { scepProfiles }: Pick<Configuration, 'scepProfiles'>,
  vouching: MakeVouching | undefined,
): Voucher | undefined {
  if (vouching === undefined) return undefined
  return scepProfiles
    .filter((scepProfile) => isVouchedFor({ scepProfile }))
    .map((scepProfile) => vouching(scepProfile).voucher)
    .find((voucher) => voucher?.key === key)
}
