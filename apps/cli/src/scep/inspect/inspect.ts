import { inspectMessage } from '@chancery/scep'
import { EXIT } from '../../exit-code.ts'
import type { VerbDefinition } from '../../verb.ts'
import { readInspected, readInspectOptions } from './input.ts'
import { INSPECT_OPTIONS, type InspectVerbOptions } from './options.ts'
import { inspectionJson, inspectionText } from './report.ts'

export const inspectVerb: VerbDefinition<InspectVerbOptions> = {
  name: 'inspect',
  summary: 'take a captured message apart and judge it',
  description:
    'Shows what is in a captured message of SCEP, which clauses of RFC 8894 it breaks, and what a server with each compatibility profile would do with it. The message may be a request or a reply, the answer to GetCACert, GetNextCACert or GetCACaps, a certification request, a certificate or a CRL; as DER or BER, PEM, base64, a hexadecimal dump, or the URL of a GET. With the key of the recipient the encrypted part is shown too. Nothing is sent anywhere.',
  argument: { name: 'file', description: 'with the message; - for standard input' },
  options: INSPECT_OPTIONS,
  examples: [
    'chancery scep inspect request.der',
    'chancery scep inspect request.der --key ra-key.pem --ca ca.pem',
    'chancery scep inspect reply.der --key device1/key.pem --ca device1/ca.pem --json',
    "grep -o 'operation=PKIOperation[^ ]*' access.log | head -n 1 | chancery scep inspect - --profile strict",
  ],
  next: 'docs/conformance.md has the clauses by their ids; docs/errors has a page for each reason of a refusal.',
  async run(options, terminal, argument) {
    const bytes = await readInspected(argument, terminal)
    const inspection = await inspectMessage(bytes, await readInspectOptions(options, terminal))
    terminal.out(options.json ? inspectionJson(inspection) : inspectionText(inspection, terminal, options))
    if (inspection.kind === 'unknown' || inspection.kind === 'private-key') return EXIT.notScep.code
    return inspection.findings.some(({ level }) => level === 'broken') ? EXIT.broken.code : EXIT.ok.code
  },
}
