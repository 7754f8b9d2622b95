import { CA_KEY_TYPES, type CaKeyType, type PrepareNextCa, prepareNextCa } from '@chancery/api'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import type { VerbDefinition } from '../verb.ts'
import { authorityArgument, findAuthority } from './find.ts'
import { numberOf } from './number-of.ts'
import { reportAuthority } from './report.ts'
import { parseWhen } from './when.ts'

interface PrepareOptions {
  readonly server?: string
  readonly key?: CaKeyType
  readonly years?: string
  readonly from?: string
}

export const prepareNextVerb: VerbDefinition<PrepareOptions> = {
  name: 'prepare-next',
  summary: 'make the CA that is to follow the current one',
  description:
    'Makes a CA certificate with a new key and an RA certificate for each SCEP profile. Nothing changes for devices that do not ask: those that do (GetNextCACert) learn of it, signed by the current CA, and may enrol under it already.',
  argument: authorityArgument,
  options: [
    new Option('--key <type>', 'key of the next CA (default: the same as now)').choices([...CA_KEY_TYPES]),
    new Option('--years <n>', 'how long its certificate is valid (default: 10)'),
    new Option('--from <when>', 'take over by itself then: a time such as 2027-03-01T02:00Z, or 30d from now'),
    serverOption(),
  ],
  examples: [
    'chancery authority prepare-next',
    'chancery authority prepare-next --key p-384 --from 90d',
    'chancery authority prepare-next default --years 15 --from 2027-03-01T02:00Z',
  ],
  next: 'give devices time to fetch it; "chancery authority activate-next" lets it take over at once.',
  async run({ server, key, years, from, json }, terminal, name) {
    const body: PrepareNextCa = {
      ...(key !== undefined && { keyType: key }),
      ...(years !== undefined && { validityYears: numberOf('--years', years) }),
      ...(from !== undefined && { currentFrom: parseWhen(from, terminal.now()).toISOString() }),
    }
    const client = await connect(server, terminal)
    const { uuid } = await findAuthority(client, name)
    return reportAuthority(await client.call(prepareNextCa, { params: { uuid }, body }), terminal, json)
  },
}
