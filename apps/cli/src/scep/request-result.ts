import type { Certificate } from '@chancery/pki'
import type { Terminal } from '../terminal/terminal.ts'
import { certificateFields } from './certificate-lines.ts'
import type { OutputFiles } from './output-folder.ts'

/** What a request that got its certificate left behind. */
export interface RequestResult {
  readonly folder: string
  readonly transactionId: string
  readonly certificate: Certificate
  readonly files: OutputFiles
}

export function reportResult(result: RequestResult, json: boolean, terminal: Terminal): void {
  const { certificate, files, folder, transactionId } = result
  if (!json) return void terminal.err(`Wrote ${Object.values(files).join(', ')}.\n`)
  const fields = { status: 'SUCCESS', folder, transactionId, ...certificateFields(certificate), files }
  terminal.out(`${JSON.stringify(fields, null, 2)}\n`)
}
