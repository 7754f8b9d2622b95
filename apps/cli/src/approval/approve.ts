import { approveRequest } from '@chancery/api'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { findApproval, requestArgument } from './find.ts'
import { missingText, printApproval } from './lines.ts'

interface ApproveOptions {
  readonly server?: string
  readonly comment?: string
}

export const approveVerb: VerbDefinition<ApproveOptions> = {
  name: 'approve',
  summary: 'agree to a request, and have its certificate made',
  description:
    'Has the certificate made of a request that waits. Where several must agree, it is made with the last of them; the same caller counts once. The request is judged anew by the rules of now: what breaks one by now is denied, and the sentence says which. The device gets the certificate when it asks next.',
  argument: requestArgument,
  options: [new Option('--comment <text>', 'why; it is kept with the decision'), serverOption()],
  examples: [
    "chancery approval approve 019a0000-0000-7000-8000-000000000001 --comment 'compared by telephone'",
    'chancery approval approve "$(sha256sum request.der | cut -d" " -f1)"',
  ],
  next: 'the device polls; "chancery certificate show" shows what it will get.',
  epilogue:
    'What could not be signed may be approved again. What was decided by somebody else is a refusal (exit code 1).',
  async run({ server, comment, json }, terminal, which) {
    const client = await connect(server, terminal)
    const { uuid } = await findApproval(client, which)
    const body = comment === undefined ? {} : { comment }
    const approval = await client.call(approveRequest, { params: { uuid }, body })
    printApproval(approval, json, terminal)
    const missing = missingText(approval)
    if (missing !== undefined) terminal.err(`${missing}\n`)
    return EXIT.ok.code
  },
}
