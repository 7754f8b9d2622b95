import { EXIT, exitCodeHelp } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { readEnrolmentChallenge } from './challenge-source.ts'
import { enrolOnce } from './enrol-once.ts'
import { ENROL_OPTIONS, type EnrolOptions } from './enrol-options.ts'
import { reportResult } from './request-result.ts'
import { checkServerUrl } from './server-url.ts'
import { readTrustDemand } from './trust.ts'
import { readWish } from './wish.ts'

export const enrolVerb: VerbDefinition<EnrolOptions> = {
  name: 'enrol',
  summary: 'get a certificate from a SCEP server',
  description:
    'Makes a key, asks a SCEP server for a certificate and writes key.pem (mode 0600), cert.pem and ca.pem. Nothing is written unless all went well. When it breaks off, the same command takes up the same enrolment and gets the same certificate.',
  argument: { name: 'url', description: 'of the SCEP server; without a path /cgi-bin/pkiclient.exe is asked' },
  options: ENROL_OPTIONS,
  examples: [
    "chancery scep enrol http://127.0.0.1:8080/scep --subject 'CN=device1' \\",
    '    --challenge-file challenge.txt --ca-fingerprint 6f1c… --out device1',
    "chancery challenge create | chancery scep enrol URL --subject 'CN=device1' --challenge - --trust-on-first-use --out device1",
    "chancery scep enrol URL --subject 'CN=device1' --challenge-file challenge.txt --key-type p-256 --poll …",
    "chancery scep enrol URL --subject 'CN=vpn,O=Example' --san DNS:vpn.example --cipher 3des --digest sha1 --get …",
  ],
  next: '"openssl verify -CAfile OUT/ca.pem OUT/cert.pem" checks what you got.',
  epilogue: exitCodeHelp(),
  async run(options, terminal, argument) {
    const url = checkServerUrl(argument)
    const wish = readWish(url, options)
    const demand = readTrustDemand(options.caFingerprint, options.trustOnFirstUse === true)
    const challenge = await readEnrolmentChallenge(options, terminal)
    reportResult(await enrolOnce({ wish, demand, challenge, options }, terminal), options.json === true, terminal)
    return EXIT.ok.code
  },
}
