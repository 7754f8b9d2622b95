import type { EnrolmentMessage } from '@chancery/scep'
import { expect, test } from 'vitest'
import type { Endpoint } from './endpoint.ts'
import { DEFAULT_RENEWAL_RULE } from './renewal-rule.ts'
import { underRenewalRule } from './renewal-switch.ts'
import type { Signer } from './signer.ts'
import { certificateFor, rsaKey } from './testing/certificate.ts'

const [KEY, OTHER_KEY] = [rsaKey(2048), rsaKey(2048)]
const certificate = await certificateFor(KEY, 'CN=printer1', [])
const entry = {
  uuid: 'old',
  der: certificate.der,
  issuerId: 1,
  state: 'issued',
  endpoint: null,
  raProfileId: 1,
} as const
const OURS: Signer = { kind: 'renewal', digest: certificate.digest(), renews: { certificate, entry } }
const SELF_SIGNED: Signer = { kind: 'initial', digest: KEY.publicKey.digest(), renews: undefined }

const endpoint = (enabled: boolean) =>
  ({ scepProfile: { name: 'default', renewal: { ...DEFAULT_RENEWAL_RULE, enabled } } }) as Endpoint
const message = (messageType: EnrolmentMessage['messageType'], key = KEY) =>
  ({ messageType, csr: { publicKey: key.publicKey } }) as EnrolmentMessage

test('S-2.5-06 with renewals off a RenewalReq is refused', () => {
  expect(() => underRenewalRule(OURS, message('RenewalReq'), endpoint(false))).toThrow(
    expect.objectContaining({ reason: 'renewal_refused', detail: 'renewal is switched off in SCEP profile "default"' }),
  )
})

test('S-2.5-06 with renewals off a PKCSReq signed with a certificate of ours is as if it were self-signed', () => {
  expect(underRenewalRule(OURS, message('PKCSReq'), endpoint(false))).toEqual(SELF_SIGNED)
  expect(underRenewalRule(OURS, message('PKCSReq'), endpoint(true))).toBe(OURS)
})

test('S-2.5-06 S-2.3-07 and then its key must be that of the request, or it is refused like an envelope that does not open', () => {
  expect(() => underRenewalRule(OURS, message('PKCSReq', OTHER_KEY), endpoint(false))).toThrow(
    expect.objectContaining({ reason: 'bad_envelope' }),
  )
})

test('S-2.3-11 a RenewalReq with a self-signed signer is refused, renewals on or off', () => {
  for (const on of [true, false]) {
    expect(() => underRenewalRule(SELF_SIGNED, message('RenewalReq'), endpoint(on))).toThrow(
      expect.objectContaining({ reason: 'renewal_refused', detail: expect.stringContaining('self-signed') }),
    )
    expect(underRenewalRule(SELF_SIGNED, message('PKCSReq'), endpoint(on))).toBe(SELF_SIGNED)
  }
})
