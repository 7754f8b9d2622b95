import type { Certificate } from '@chancery/api'
import { EXIT } from '../exit-code.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { inventoryLines } from './lines.ts'

/** How a certificate stands after a change. */
export function reportStanding(certificate: Certificate, json: true | undefined, terminal: Terminal): number {
  if (json) {
    terminal.out(`${JSON.stringify(certificate, null, 2)}\n`)
    return EXIT.ok.code
  }
  terminal.out(`${inventoryLines(certificate).join('\n')}\n`)
  if (certificate.purpose === 'ra' && certificate.revokedAt !== null) {
    terminal.err(
      'warning: this is a certificate of Chancery itself; devices that check CRLs will refuse its replies.\n',
    )
  }
  return EXIT.ok.code
}
