import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { findApproval, requestArgument } from './find.ts'
import { printApproval } from './lines.ts'

interface ShowOptions {
  readonly server?: string
}

export const showApprovalVerb: VerbDefinition<ShowOptions> = {
  name: 'show',
  summary: 'show a request that waits, or what was decided about it',
  description:
    'Shows what a certificate would be made of: names, key, fingerprints; what vouches for the request, where it came from, and for a renewal what differs from the certificate before. Compare the SHA-256 of the request with the one on the device before you approve.',
  argument: requestArgument,
  options: [serverOption()],
  examples: [
    'chancery approval show 019a0000-0000-7000-8000-000000000001',
    'chancery approval show 019a0000-0000-7000-8000-000000000001 --json',
  ],
  next: '"chancery approval approve" or "chancery approval reject".',
  async run({ server, json }, terminal, which) {
    const approval = await findApproval(await connect(server, terminal), which)
    printApproval(approval, json, terminal)
    return EXIT.ok.code
  },
}
