import { encodePem } from '@chancery/pki'
import { EXIT, exitCodeHelp } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { certificateFields, certificateLines } from './certificate-lines.ts'
import { askQuestion, QUESTION_OPTIONS, type QuestionOptions, readAsker } from './question.ts'
import { failure } from './refusal.ts'
import { checkServerUrl } from './server-url.ts'
import { writeAtomically } from './write-atomically.ts'

export const getCertVerb: VerbDefinition<QuestionOptions> = {
  name: 'get-cert',
  summary: 'fetch a certificate by its serial number',
  description:
    'Fetches a certificate that a SCEP server has issued (GetCert), by its serial number, and prints it as PEM. The message is signed with the certificate of whoever asks, or with a key made for this; many servers answer only for the certificate of whoever asks, and some not at all.',
  argument: { name: 'url', description: 'of the SCEP server; without a path /cgi-bin/pkiclient.exe is asked' },
  options: QUESTION_OPTIONS,
  examples: [
    'chancery scep get-cert http://127.0.0.1:8080/scep --in device1     # its own, again',
    'chancery scep get-cert URL --in device1 --serial 4f02a7 --out other.pem',
    'chancery scep get-cert URL --serial 4f02a7 --ca-fingerprint 6f1c…',
  ],
  next: '"openssl x509 -in FILE -noout -text" shows what is in it.',
  epilogue: exitCodeHelp(),
  async run(options, terminal, argument) {
    const url = checkServerUrl(argument)
    const asker = await readAsker(options)
    const { answer } = await askQuestion(
      url,
      asker,
      options,
      (client, question) => client.getCertificate(question),
      terminal,
    )
    if (answer.status === 'FAILURE') throw failure(answer, 'question')
    const { certificate } = answer
    const pem = encodePem('CERTIFICATE', certificate.der)
    const { out, json } = options
    if (out !== undefined) await writeAtomically(out, pem, 0o644)
    if (json) terminal.out(`${JSON.stringify({ status: 'SUCCESS', ...certificateFields(certificate) }, null, 2)}\n`)
    else terminal.out(`${certificateLines(certificate).join('\n')}\n${out === undefined ? pem : ''}`)
    if (out !== undefined) terminal.err(`Wrote ${out}.\n`)
    return EXIT.ok.code
  },
}
