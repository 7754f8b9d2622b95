import { serverOption } from '../administration/server-option.ts'
import type { VerbDefinition } from '../verb.ts'
import { changeJob } from './change.ts'

interface DisableOptions {
  readonly server?: string
}

export const disableJobVerb: VerbDefinition<DisableOptions> = {
  name: 'disable',
  summary: 'switch a job off',
  description:
    'Switches a job off on every server: it runs only when it is asked to. What stops working meanwhile is said; a job without which the record would not hold cannot be switched off.',
  argument: { name: 'name', description: 'the job, as "chancery job list" has it' },
  options: [serverOption()],
  examples: ['chancery job disable revokePredecessors'],
  next: '"chancery job enable NAME" switches it on again.',
  run: (options, terminal, name) => changeJob(name, { enabled: false }, options, terminal),
}
