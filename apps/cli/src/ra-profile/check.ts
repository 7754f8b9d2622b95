import { checkRaProfile, type RaProfileVerdict } from '@chancery/api'
import { REASONS, type Reason } from '@chancery/scep'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { findProfile } from '../administration/find-profile.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT, exitOfFailInfo } from '../exit-code.ts'
import { encodedInput } from '../terminal/encoded-input.ts'
import type { VerbDefinition } from '../verb.ts'
import { findRaProfile } from './find.ts'
import { readTemplate } from './template-file.ts'
import { verdictLines } from './verdict-lines.ts'

interface CheckOptions {
  readonly server?: string
  readonly profile: string
  readonly template?: string
  readonly scepProfile?: string
  readonly certificate?: string
}

export const checkRaProfileVerb: VerbDefinition<CheckOptions> = {
  name: 'check',
  summary: 'whether a request would get a certificate, and if not, why',
  description:
    'Asks the server what it would make of a PKCS #10 request, by the rules that serve devices, and shows the certificate. Nothing is issued or recorded. A challenge in the request is not looked at.',
  argument: { name: 'csr', description: 'file with the request (PEM or DER), - for standard input' },
  options: [
    new Option('--profile <name>', 'the RA profile').default('default'),
    new Option('--template <file>', 'as if these settings were saved: YAML or JSON'),
    new Option('--scep-profile <name>', 'whose rules of renewal and of first enrolment count'),
    new Option('--certificate <file>', 'the certificate (PEM or DER) that this request is to renew'),
    serverOption(),
  ],
  examples: [
    'chancery ra-profile check device1.csr',
    'chancery ra-profile check device1.csr --profile printers --template printers.yaml',
    'chancery ra-profile check next.csr --certificate device1/cert.pem',
  ],
  next: '"chancery ra-profile set" changes the rules; docs/errors has a page for each reason.',
  epilogue: 'What is refused ends with the exit code that a device would see: 10 to 14.',
  async run({ server, profile, template, scepProfile, certificate, json }, terminal, argument) {
    const csr = await encodedInput(argument, terminal)
    const renewed = certificate === undefined ? undefined : await encodedInput(certificate, terminal)
    const asIf = template === undefined ? undefined : await readTemplate(template, terminal)
    const client = await connect(server, terminal)
    const { uuid } = await findRaProfile(client, profile)
    const scepProfileUuid = scepProfile === undefined ? undefined : (await findProfile(client, scepProfile)).uuid
    const verdict = await client.call(checkRaProfile, {
      params: { uuid },
      body: {
        csr,
        ...(asIf !== undefined && { template: asIf }),
        ...(scepProfileUuid !== undefined && { scepProfileUuid }),
        ...(renewed !== undefined && { certificate: renewed, messageType: 'RenewalReq' as const }),
      },
    })
    terminal.out(json ? `${JSON.stringify(verdict, null, 2)}\n` : `${verdictLines(verdict).join('\n')}\n`)
    return exitOf(verdict)
  },
}

function exitOf({ passes, findings }: RaProfileVerdict): number {
  if (passes) return EXIT.ok.code
  const reason = findings.find((finding) => finding.reason !== undefined)?.reason
  const failInfo = reason !== undefined && reason in REASONS ? REASONS[reason as Reason].failInfo : null
  return failInfo === null ? EXIT.failed.code : EXIT[exitOfFailInfo(failInfo)].code
}
