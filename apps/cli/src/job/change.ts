import { type JobUpdate, updateJob } from '@chancery/api'
import { connect } from '../administration/connect.ts'
import { EXIT } from '../exit-code.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { GlobalOptions } from '../verb.ts'
import { jobLines } from './lines.ts'

/** Changes a job and shows what it is then. */
export async function changeJob(
  name: string,
  body: JobUpdate,
  { server, json }: GlobalOptions & { readonly server?: string },
  terminal: Terminal,
): Promise<number> {
  const client = await connect(server, terminal)
  const job = await client.call(updateJob, { params: { name }, body })
  if (json) terminal.out(`${JSON.stringify(job, null, 2)}\n`)
  else for (const line of jobLines(job)) terminal.out(`${line}\n`)
  if (!job.enabled && job.whenOff !== null) terminal.err(`warning: ${job.whenOff}\n`)
  return EXIT.ok.code
}
