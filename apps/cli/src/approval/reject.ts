import { rejectRequest } from '@chancery/api'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { findApproval, requestArgument } from './find.ts'
import { printApproval } from './lines.ts'

interface RejectOptions {
  readonly server?: string
  readonly comment: string
}

export const rejectVerb: VerbDefinition<RejectOptions> = {
  name: 'reject',
  summary: 'refuse a request, for good',
  description:
    'Refuses a request that waits. Its challenge is spent; the device hears that it was refused, not why. The comment is for whoever asks later.',
  argument: requestArgument,
  options: [new Option('--comment <text>', 'why; it is kept with the decision').makeOptionMandatory(), serverOption()],
  examples: ["chancery approval reject 019a0000-0000-7000-8000-000000000001 --comment 'not one of ours'"],
  next: 'the device may ask again, and then waits again; without a challenge it is refused.',
  async run({ server, comment, json }, terminal, which) {
    const client = await connect(server, terminal)
    const { uuid } = await findApproval(client, which)
    const approval = await client.call(rejectRequest, { params: { uuid }, body: { comment } })
    printApproval(approval, json, terminal)
    return EXIT.ok.code
  },
}
