import { join, resolve } from 'node:path'
import { type Certificate, encodePem } from '@chancery/pki'
import { type NextCa, ScepClient } from '@chancery/scep'
import { Option } from 'commander'
import { CliFailure } from '../cli-failure.ts'
import { EXIT, exitCodeHelp } from '../exit-code.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { VerbDefinition } from '../verb.ts'
import { isAuthority, issuersOf } from './authority.ts'
import { certificateFields, certificateLines } from './certificate-lines.ts'
import { readCertificates } from './held-certificate.ts'
import { heldTrust, NEXT_CA } from './held-trust.ts'
import { meetServer } from './meet-server.ts'
import { outputFiles } from './output-folder.ts'
import { checkServerUrl } from './server-url.ts'
import { readTrustDemand, type TrustDemand } from './trust.ts'
import { writeAtomically } from './write-atomically.ts'

interface GetNextCaOptions {
  readonly in?: string
  readonly ca?: string
  readonly caFingerprint?: string
  readonly out?: string
  readonly force?: true
  readonly unsignedBag?: true
}

export const getNextCaVerb: VerbDefinition<GetNextCaOptions> = {
  name: 'get-next-ca',
  summary: 'fetch the CA that will follow the current one',
  description:
    'Fetches the certificates of the CA that will follow (GetNextCACert) and believes them only if the current CA, which must be known, has signed them. With --in they are kept beside the certificate as next-ca.pem: "scep renew --in" then goes on working when the CA changes. They may not be valid yet; until they are, the current CA stays in use.',
  argument: { name: 'url', description: 'of the SCEP server; without a path /cgi-bin/pkiclient.exe is asked' },
  options: [
    new Option('--in <folder>', 'folder with the ca.pem of the current CA; next-ca.pem goes there'),
    new Option('--ca <file>', 'certificate of the current CA, PEM').conflicts('in'),
    new Option('--ca-fingerprint <hex>', 'SHA-256 of the certificate of the current CA'),
    new Option('--out <file>', 'write the PEM there'),
    new Option('--force', 'ask although the server does not offer it'),
    new Option('--unsigned-bag', 'take what an old jscep server put beside its signature, which proves nothing'),
  ],
  examples: [
    'chancery scep get-next-ca http://127.0.0.1:8080/scep --in device1',
    'chancery scep get-next-ca URL --ca ca.pem --out next-ca.pem',
    'chancery scep get-next-ca URL --ca-fingerprint 6f1c… --json',
  ],
  next: '"chancery scep renew URL --in FOLDER" knows the next CA by FOLDER/next-ca.pem.',
  epilogue: exitCodeHelp(),
  async run(options, terminal, argument) {
    const url = checkServerUrl(argument)
    const demand = await currentCa(options)
    const server = await meetServer(url, demand, {}, terminal)
    const { force = false, unsignedBag = false, json } = options
    const client = new ScepClient({ url, fetch: terminal.fetch })
    const current = issuersOf({ ...server, next: [] })
    const now = terminal.now()
    const next = await client.getNextCa({ current, now, capabilities: server.capabilities, force, unsignedBag })
    warn(next, terminal)
    const out = options.out ?? (options.in === undefined ? undefined : join(resolve(options.in), NEXT_CA))
    const pem = next.certificates.map(({ der }) => `${encodePem('CERTIFICATE', der).trimEnd()}\n`)
    if (out !== undefined) await writeAtomically(out, pem.join(''), 0o644)
    if (json) terminal.out(`${JSON.stringify({ url, ...fields(next), ...(out && { file: out }) }, null, 2)}\n`)
    else {
      const described = next.certificates.map(
        (one, index) => `${describe(one)}\n${out === undefined ? pem[index] : ''}`,
      )
      terminal.out(described.join('\n'))
    }
    if (out !== undefined) terminal.err(`Wrote ${out}.\n`)
    return EXIT.ok.code
  },
}

/** Nothing but a known CA can prove the next one: there is no first use here. */
async function currentCa({ in: folder, ca, caFingerprint }: GetNextCaOptions): Promise<TrustDemand> {
  if (caFingerprint !== undefined) return readTrustDemand(caFingerprint, false)
  if (folder !== undefined) return heldTrust(outputFiles(resolve(folder)).ca, undefined)
  if (ca !== undefined) return { known: { path: ca, certificates: await readCertificates(ca) } }
  throw new CliFailure('failed', 'Nothing says how to recognise the current CA.', {
    nextStep: 'Give --in FOLDER with a ca.pem, --ca FILE or --ca-fingerprint HEX.',
  })
}

function warn({ validFrom, signed }: NextCa, terminal: Terminal): void {
  if (!signed) {
    terminal.err(
      'warning: nothing proves that this is the next CA. Compare its fingerprint with whoever runs the CA.\n',
    )
  }
  if (validFrom > terminal.now()) {
    terminal.err(`It is valid from ${validFrom.toISOString()}; until then the current CA stays in use.\n`)
  }
}

const describe = (certificate: Certificate): string =>
  [`# next ${isAuthority(certificate) ? 'CA' : 'RA'} certificate`, ...certificateLines(certificate)].join('\n')

function fields({ certificates, validFrom, signed }: NextCa): Record<string, unknown> {
  const described = certificates.map((one) => ({ ...certificateFields(one), ca: isAuthority(one) }))
  return { validFrom: validFrom.toISOString(), signed, certificates: described }
}
