import {
  Asn1Error,
  type Certificate,
  type Crl,
  crlDistributionPoints,
  encodePem,
  nameToText,
  sameInteger,
} from '@chancery/pki'
import { Option } from 'commander'
import { CliFailure } from '../cli-failure.ts'
import { EXIT, exitCodeHelp } from '../exit-code.ts'
import { printable } from '../terminal/printable.ts'
import type { VerbDefinition } from '../verb.ts'
import { askQuestion, QUESTION_OPTIONS, type QuestionOptions, readAsker } from './question.ts'
import { failure } from './refusal.ts'
import { checkServerUrl } from './server-url.ts'
import { writeAtomically } from './write-atomically.ts'

interface GetCrlOptions extends QuestionOptions {
  readonly force?: true
}

export const getCrlVerb: VerbDefinition<GetCrlOptions> = {
  name: 'get-crl',
  summary: 'fetch the CRL of a CA',
  description:
    'Fetches the CRL that would list a certificate (GetCRL), verifies it under the authenticated CA and prints it as PEM. This is the last resort (RFC 8894 §2.7): a certificate that says where its CRL is should be believed, so for such a one the place is told and the server is asked only with --force.',
  argument: { name: 'url', description: 'of the SCEP server; without a path /cgi-bin/pkiclient.exe is asked' },
  options: [...QUESTION_OPTIONS, new Option('--force', 'ask although the certificate says where its CRL is')],
  examples: [
    'chancery scep get-crl http://127.0.0.1:8080/scep --in device1',
    'chancery scep get-crl URL --in device1 --force --out ca.crl.pem',
    'chancery scep get-crl URL --serial 4f02a7 --ca-fingerprint 6f1c…',
  ],
  next: '"openssl crl -in FILE -noout -text" shows what is in it.',
  epilogue: exitCodeHelp(),
  async run(options, terminal, argument) {
    const url = checkServerUrl(argument)
    const asker = await readAsker(options)
    if (asker !== undefined && options.serial === undefined && !options.force) pointElsewhere(asker.certificate)
    const { answer } = await askQuestion(url, asker, options, (client, question) => client.getCrl(question), terminal)
    if (answer.status === 'FAILURE') throw failure(answer, 'question')
    const { crl } = answer
    const pem = encodePem('X509 CRL', crl.der)
    const { out, json } = options
    if (out !== undefined) await writeAtomically(out, pem, 0o644)
    if (crl.nextUpdate !== undefined && crl.nextUpdate < terminal.now()) {
      terminal.err('warning: a newer CRL should be there since the time of its nextUpdate.\n')
    }
    if (json)
      terminal.out(`${JSON.stringify({ status: 'SUCCESS', ...fields(crl, asker?.certificate), pem }, null, 2)}\n`)
    else terminal.out(`${lines(crl, asker?.certificate).join('\n')}\n${out === undefined ? pem : ''}`)
    if (out !== undefined) terminal.err(`Wrote ${out}.\n`)
    return EXIT.ok.code
  },
}

/** S-2.7-01: the distribution point first. @throws {CliFailure} when the certificate names one */
function pointElsewhere(certificate: Certificate): void {
  const places = placesOf(certificate)
  if (places.length === 0) return
  throw new CliFailure('failed', `The certificate says where its CRL is: ${places.map(printable).join(', ')}`, {
    nextStep: 'Nothing was sent. Fetch it from there; with --force the SCEP server is asked all the same.',
    fields: { crlDistributionPoints: places },
  })
}

function placesOf(certificate: Certificate): string[] {
  try {
    return crlDistributionPoints(certificate)
  } catch (error) {
    if (error instanceof Asn1Error) return []
    throw error
  }
}

function lines(crl: Crl, of: Certificate | undefined): string[] {
  const known = of === undefined ? [] : [`# certificate  ${isListed(crl, of) ? 'REVOKED' : 'not on this list'}`]
  return [
    `# issuer       ${printable(nameToText(crl.issuer))}`,
    `# this update  ${crl.thisUpdate.toISOString()}`,
    `# next update  ${crl.nextUpdate?.toISOString() ?? 'not told'}`,
    `# revoked      ${crl.revoked.length}`,
    ...known,
  ]
}

function fields(crl: Crl, of: Certificate | undefined): Record<string, unknown> {
  return {
    issuer: printable(nameToText(crl.issuer)),
    thisUpdate: crl.thisUpdate.toISOString(),
    nextUpdate: crl.nextUpdate?.toISOString() ?? null,
    revoked: crl.revoked.length,
    ...(of && { certificateRevoked: isListed(crl, of) }),
  }
}

const isListed = ({ revoked }: Crl, { serialNumber }: Certificate): boolean =>
  revoked.some((entry) => sameInteger(entry.serialNumber, serialNumber))
