import { encodePem } from '@chancery/pki'
import { ScepClient } from '@chancery/scep'
import { Option } from 'commander'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { isAuthority } from './authority.ts'
import { certificateFields, certificateLines } from './certificate-lines.ts'
import { checkServerUrl } from './server-url.ts'
import { writeAtomically } from './write-atomically.ts'

interface CaOptions {
  readonly out?: string
}

export const caVerb: VerbDefinition<CaOptions> = {
  name: 'ca',
  summary: 'fetch the certificates of a SCEP server',
  description:
    'Fetches the CA and RA certificates of a SCEP server (GetCACert) and prints them as PEM, each with its SHA-256 fingerprint as openssl prints it. Nothing proves yet that they are genuine: compare the fingerprint with one that you got from whoever runs the CA.',
  argument: { name: 'url', description: 'of the SCEP server; without a path /cgi-bin/pkiclient.exe is asked' },
  options: [new Option('--out <file>', 'write the PEM there instead of to standard output')],
  examples: [
    'chancery scep ca http://127.0.0.1:8080/scep',
    'chancery scep ca http://ca.example/certsrv/mscep/mscep.dll --out ca.pem',
  ],
  next: '"chancery scep enrol URL --ca-fingerprint HEX …" with the fingerprint of the CA.',
  async run({ out, json }, terminal, argument) {
    const url = checkServerUrl(argument)
    const certificates = await new ScepClient({ url, fetch: terminal.fetch }).getCaCertificates()
    const described = certificates.map((certificate) =>
      [`# ${isAuthority(certificate) ? 'CA certificate' : 'RA certificate'}`, ...certificateLines(certificate)].join(
        '\n',
      ),
    )
    const pem = certificates.map(
      (certificate, index) => `${described[index]}\n${encodePem('CERTIFICATE', certificate.der).trimEnd()}\n`,
    )
    if (out !== undefined) await writeAtomically(out, pem.join('\n'), 0o644)
    if (json) {
      const fields = certificates.map((one) => ({ ...certificateFields(one), ca: isAuthority(one) }))
      terminal.out(`${JSON.stringify({ url, certificates: fields }, null, 2)}\n`)
    } else terminal.out(`${(out === undefined ? pem : described.map((text) => `${text}\n`)).join('\n')}`)
    if (out !== undefined) terminal.err(`Wrote ${out}.\n`)
    return EXIT.ok.code
  },
}
