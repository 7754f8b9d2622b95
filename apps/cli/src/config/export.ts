import { getSetup } from '@chancery/api'
import { Option } from 'commander'
import { stringify } from 'yaml'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import { writeAtomically } from '../scep/write-atomically.ts'
import type { VerbDefinition } from '../verb.ts'

interface ExportOptions {
  readonly server?: string
  readonly out?: string
}

const HEADING = `# Authorities and profiles of a Chancery server. Secrets and keys are not in it: write a secret as
# {env: NAME} or {file: PATH}; one that is left out stays as it is.
`

export const exportConfigVerb: VerbDefinition<ExportOptions> = {
  name: 'export',
  summary: 'write the set-up of a server as YAML',
  description:
    'Writes authorities, RA profiles and SCEP profiles with their activations as YAML, in the form that "config apply" takes. Secrets, private keys, challenges and certificates are left out.',
  options: [new Option('--out <file>', 'write into a file instead of standard output'), serverOption()],
  examples: ['chancery config export > chancery.yaml', 'chancery config export --json | jq .scepProfiles'],
  next: '"chancery config diff FILE" says what applying it to a server would change.',
  async run({ server, out, json }, terminal) {
    const document = await (await connect(server, terminal)).call(getSetup, {})
    const text = json
      ? `${JSON.stringify(document, null, 2)}\n`
      : `${HEADING}${stringify(document, { lineWidth: 120 })}`
    if (out === undefined) terminal.out(text)
    else await writeAtomically(out, text, 0o644)
    return EXIT.ok.code
  },
}
