import { type CertificateHistory, getCertificateHistory } from '@chancery/api'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import { printable } from '../terminal/printable.ts'
import { tableLines } from '../terminal/table.ts'
import type { VerbDefinition } from '../verb.ts'
import { certificateArgument, findCertificateUuid } from './find.ts'

interface HistoryOptions {
  readonly server?: string
}

export const certificateHistoryVerb: VerbDefinition<HistoryOptions> = {
  name: 'history',
  summary: 'what happened to a certificate, and what it renewed',
  description:
    'Tells when a certificate was asked for, approved, issued, renewed, held, released and revoked; and lists the line that it stands in: what it renewed, and what renewed it, over all steps.',
  argument: certificateArgument,
  options: [serverOption()],
  examples: [
    'chancery certificate history device1/cert.pem',
    'chancery certificate history 4a0b61c2d3e4f5061728394a5b6c7d8e --json',
  ],
  next: '"chancery certificate show" tells all about one of the line.',
  async run({ server, json }, terminal, which) {
    const client = await connect(server, terminal)
    const uuid = await findCertificateUuid(client, which)
    const history = await client.call(getCertificateHistory, { params: { uuid } })
    if (json) {
      terminal.out(`${JSON.stringify(history, null, 2)}\n`)
      return EXIT.ok.code
    }
    for (const line of [...history.events.map(eventLine), '', ...lineTable(history, uuid)]) terminal.out(`${line}\n`)
    return EXIT.ok.code
  },
}

function eventLine({ at, kind, by, reason, certificateUuid }: CertificateHistory['events'][number]): string {
  const more = [by && `by ${by}`, certificateUuid && `by ${certificateUuid}`, reason].filter((part) => part)
  return printable([at, kind, ...more].join('  '))
}

function lineTable({ line }: CertificateHistory, uuid: string): string[] {
  return tableLines(
    ['', 'BEGINS', 'ENDS', 'STATE', 'SERIAL', 'UUID'],
    line.map((one) => [
      one.uuid === uuid.toLowerCase() ? '*' : '',
      one.notBefore.slice(0, 10),
      one.notAfter.slice(0, 10),
      one.state,
      one.serialNumber,
      one.uuid,
    ]),
  )
}
