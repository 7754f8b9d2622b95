import type { NoticeOutcome, Voucher } from '@chancery/ra'
import type { IntuneConnections } from './connections.ts'
import { type IntuneSettings, voucherKey } from './identity.ts'
import { IntuneError } from './intune-error.ts'
import { notifyFailed, notifyIssued } from './notify.ts'
import { explainCode, SUCCESS } from './result-code.ts'

/**
 * Intune as the one who hears what became of the requests that it vouched for.
 * @throws {IntuneError} it is not known where that Intune is
 */
export function intuneVoucher(settings: IntuneSettings, connections: IntuneConnections): Voucher {
  return {
    key: voucherKey(settings.rule, connections.ports.overrides),
    async issued(notice): Promise<NoticeOutcome> {
      try {
        const { code, serial, issuer } = await notifyIssued(connections.to(settings), notice)
        if (code === SUCCESS) return { status: 'acknowledged', toldSerial: serial, toldIssuer: issuer }
        return { status: 'refused', detail: `Intune did not take the notice: ${explainCode(code)}` }
      } catch (error) {
        if (!(error instanceof IntuneError)) throw error
        return { status: 'unavailable', detail: error.message }
      }
    },
    async failed(notice) {
      try {
        await notifyFailed(connections.to(settings), notice)
      } catch {
        // The device has heard why already; whoever looks finds it among the contacts.
      }
    },
  }
}
