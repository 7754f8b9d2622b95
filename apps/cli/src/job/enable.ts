import { serverOption } from '../administration/server-option.ts'
import type { VerbDefinition } from '../verb.ts'
import { changeJob } from './change.ts'

interface EnableOptions {
  readonly server?: string
}

export const enableJobVerb: VerbDefinition<EnableOptions> = {
  name: 'enable',
  summary: 'switch a job on',
  description:
    'Switches a job on: it looks for work from the next second on. Times of its cron expression that passed meanwhile are not made up for.',
  argument: { name: 'name', description: 'the job, as "chancery job list" has it' },
  options: [serverOption()],
  examples: ['chancery job enable sendOrders'],
  next: '"chancery job run NAME" runs it at once.',
  run: (options, terminal, name) => changeJob(name, { enabled: true }, options, terminal),
}
