import { EXIT, exitCodeHelp } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { renewOnce } from './renew-once.ts'
import { RENEW_OPTIONS, type RenewOptions } from './renew-options.ts'
import { reportResult } from './request-result.ts'
import { checkServerUrl } from './server-url.ts'

export const renewVerb: VerbDefinition<RenewOptions> = {
  name: 'renew',
  summary: 'renew a certificate that a SCEP server issued',
  description:
    'Asks for a successor of a certificate, with the same subject and names and a new key. The old certificate signs the request, so no challenge is needed; the server must belong to a CA in the ca.pem beside it. key.pem, cert.pem and ca.pem are replaced when all went well, and the old ones stay as key.pem.old and cert.pem.old; until then nothing changes. When it breaks off, the same command takes up the same renewal and gets the same certificate.',
  argument: { name: 'url', description: 'of the SCEP server; without a path /cgi-bin/pkiclient.exe is asked' },
  options: RENEW_OPTIONS,
  examples: [
    'chancery scep renew http://127.0.0.1:8080/scep --in device1',
    'chancery scep renew URL --in device1 --same-key',
    'chancery scep renew URL --in device1 --out device1-next     # leaves device1 alone',
    'chancery scep renew URL --cert tls.crt --key tls.key --ca-fingerprint 6f1c… --out renewed',
    'chancery scep renew URL --in device1 --as-pkcsreq --digest sha1 --cipher 3des     # for an old server',
  ],
  next: '"openssl verify -CAfile OUT/ca.pem OUT/cert.pem" checks what you got. Most servers renew in the last part of the validity only; earlier they answer badRequest.',
  epilogue: exitCodeHelp(),
  async run(options, terminal, argument) {
    const result = await renewOnce(checkServerUrl(argument), options, terminal)
    reportResult(result, options.json === true, terminal)
    return EXIT.ok.code
  },
}
