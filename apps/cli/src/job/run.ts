import { type Client, getJobRun, type JobRun, runJob } from '@chancery/api'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import { printable } from '../terminal/printable.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { VerbDefinition } from '../verb.ts'
import { told } from './lines.ts'

interface RunOptions {
  readonly server?: string
  readonly wait?: true
}

const PAUSE_MILLISECONDS = 500

export const runJobVerb: VerbDefinition<RunOptions> = {
  name: 'run',
  summary: 'run a job now',
  description:
    'Asks for a run of a job now, also if nothing is due and if the job is switched off. A server takes it up within about a second, or when a run that is under way has ended. With --wait the command ends when the run has, with 1 where it failed.',
  argument: { name: 'name', description: 'the job, as "chancery job list" has it' },
  options: [new Option('--wait', 'until it has ended'), serverOption()],
  examples: ['chancery job run publishCrls --wait'],
  next: '"chancery job show NAME" has the history.',
  async run({ server, wait, json }, terminal, name) {
    const client = await connect(server, terminal)
    const asked = await client.call(runJob, { params: { name } })
    const run = wait ? await ended(asked, client, terminal) : asked
    terminal.out(json ? `${JSON.stringify(run, null, 2)}\n` : `${printable(`${name}: ${told(run)}`)}\n`)
    return run.outcome === 'failed' ? EXIT.failed.code : EXIT.ok.code
  },
}

async function ended(asked: JobRun, client: Client, terminal: Terminal): Promise<JobRun> {
  let run = asked
  while (run.endedAt === null) {
    await terminal.pause(PAUSE_MILLISECONDS)
    run = await client.call(getJobRun, { params: { uuid: run.uuid } })
  }
  return run
}
