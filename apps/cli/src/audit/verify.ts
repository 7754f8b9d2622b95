import { type AuditHead, type AuditVerification, type Client, MOST_HEADS, verifyAuditLogWithHeads } from '@chancery/api'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { readHead, readHeadsOfLog } from './kept-heads.ts'
import { verificationLines } from './lines.ts'

interface VerifyOptions {
  readonly server?: string
  readonly head?: string
  readonly log?: string
}

export const verifyAuditVerb: VerbDefinition<VerifyOptions> = {
  name: 'verify',
  summary: 'verify that nobody changed the audit log',
  description:
    'Goes through the whole audit log: finds events that were changed, removed, inserted or moved. That the newest ones were removed shows only against a head that was kept elsewhere: one that this command printed before, or those in the log of the server.',
  options: [
    new Option('--head <seq:hex>', 'a head that was kept'),
    new Option('--log <file>', 'a log of the server, with its "audit head" lines: each is compared'),
    serverOption(),
  ],
  examples: [
    'chancery audit verify',
    'chancery audit verify --head 1200:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'chancery audit verify --log /var/log/chancery.log',
  ],
  next: 'keep the head that it prints where nobody who can write the database can change it.',
  async run({ server, head, log, json }, terminal) {
    const heads = [...(head === undefined ? [] : [readHead(head)]), ...(log === undefined ? [] : readHeadsOfLog(log))]
    const found = await verify(await connect(server, terminal), heads)
    terminal.out(json ? `${JSON.stringify(found, null, 2)}\n` : `${verificationLines(found).join('\n')}\n`)
    if (!found.verified) {
      terminal.err(`The audit log does not verify: ${found.problemCount} places are wrong.\n`)
      return EXIT.altered.code
    }
    if (heads.length === 0) terminal.err('No head was given: whether newest events were removed is not known.\n')
    return EXIT.ok.code
  },
}

/** As many at once as the server takes; the first answer that is not good is the answer. */
async function verify(client: Client, heads: readonly AuditHead[]): Promise<AuditVerification> {
  let compared = 0
  let tooOld = 0
  for (let at = 0; ; at += MOST_HEADS) {
    const found = await client.call(verifyAuditLogWithHeads, { body: { heads: heads.slice(at, at + MOST_HEADS) } })
    compared += found.headsCompared
    tooOld += found.headsTooOld
    if (!found.verified || at + MOST_HEADS >= heads.length) {
      return { ...found, headsCompared: compared, headsTooOld: tooOld }
    }
  }
}
