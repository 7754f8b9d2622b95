import { listJobs } from '@chancery/api'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { jobTable } from './lines.ts'

interface ListOptions {
  readonly server?: string
}

export const listJobsVerb: VerbDefinition<ListOptions> = {
  name: 'list',
  summary: 'list what the server does by itself',
  description:
    'Lists the jobs of the server: whether each is switched on, how often it looks for work, when it last did something and what. Runs that found nothing to do are not kept.',
  options: [serverOption()],
  examples: ['chancery job list', 'chancery job list --json'],
  next: '"chancery job show NAME" has the history of one, "run" runs it now.',
  async run({ server, json }, terminal) {
    const { jobs } = await (await connect(server, terminal)).call(listJobs, {})
    terminal.out(json ? `${JSON.stringify(jobs, null, 2)}\n` : `${jobTable(jobs).join('\n')}\n`)
    return EXIT.ok.code
  },
}
