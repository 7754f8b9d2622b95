import { getJob, listJobRuns } from '@chancery/api'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { CliFailure } from '../cli-failure.ts'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { jobLines, runTable } from './lines.ts'

interface ShowOptions {
  readonly server?: string
  readonly runs: string
}

export const showJobVerb: VerbDefinition<ShowOptions> = {
  name: 'show',
  summary: 'show a job and its newest runs',
  description:
    'Shows what a job does, when, what stops working while it is switched off, and its newest runs: those that did something, failed, or were asked for. The newest 200 are kept.',
  argument: { name: 'name', description: 'the job, as "chancery job list" has it' },
  options: [new Option('--runs <n>', 'so many runs, from 1 to 200').default('10'), serverOption()],
  examples: ['chancery job show publishCrls', 'chancery job show publishCrls --runs 100 --json'],
  next: '"chancery job run NAME --wait" runs it now and says how it went.',
  async run({ server, runs: wanted, json }, terminal, name) {
    if (!/^([1-9][0-9]?|1[0-9]{2}|200)$/.test(wanted)) {
      throw new CliFailure('failed', `--runs wants a whole number from 1 to 200, not "${wanted}".`)
    }
    const client = await connect(server, terminal)
    const job = await client.call(getJob, { params: { name } })
    const { runs } = await client.call(listJobRuns, { params: { name }, query: { itemsPerPage: wanted } })
    if (json) terminal.out(`${JSON.stringify({ ...job, runs }, null, 2)}\n`)
    else
      for (const line of [...jobLines(job), ...(runs.length > 0 ? ['', ...runTable(runs)] : [])])
        terminal.out(`${line}\n`)
    return EXIT.ok.code
  },
}
