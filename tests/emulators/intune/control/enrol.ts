import { encodePem, serialToHex } from '@chancery/pki'
import { ScepError } from '@chancery/scep'
import { newIntuneDevice } from '../device/device.ts'
import type { IntuneControl } from './control.ts'
import type { EnrolmentWish } from './input.ts'

/** What became of a device that was played. */
export type Played = { readonly deviceId: string } & (
  | { readonly status: 'SUCCESS'; readonly serialNumber: string; readonly certificate: string }
  | { readonly status: 'FAILURE'; readonly failInfo: string | null; readonly text: string | null }
  | { readonly status: 'PENDING' }
  | { readonly status: 'no answer'; readonly text: string }
)

/** Plays the whole story of a device: Intune pushes a profile to it, and it enrols at a SCEP URL. */
export async function playDevice(control: IntuneControl, wish: EnrolmentWish): Promise<Played> {
  const { url, profile = {}, ...options } = wish
  const pushed = control.challenge(control.issueChallenge(profile))
  const { deviceId } = pushed
  const device = await newIntuneDevice(pushed, options)
  try {
    const reply = await device.enrol(url)
    if (reply.status === 'PENDING') return { deviceId, status: 'PENDING' }
    if (reply.status === 'FAILURE') {
      return { deviceId, status: 'FAILURE', failInfo: reply.failInfo ?? null, text: reply.failInfoText ?? null }
    }
    const { der, serialNumber } = reply.certificate
    const certificate = encodePem('CERTIFICATE', der)
    return { deviceId, status: 'SUCCESS', serialNumber: serialToHex(serialNumber), certificate }
  } catch (error) {
    if (error instanceof ScepError) return { deviceId, status: 'no answer', text: error.detail ?? error.message }
    throw error
  }
}
