import { Option } from 'commander'
import { serverOption } from '../administration/server-option.ts'
import { CliFailure } from '../cli-failure.ts'
import type { VerbDefinition } from '../verb.ts'
import { changeJob } from './change.ts'

interface ScheduleOptions {
  readonly server?: string
  readonly cron?: string
  readonly timeZone?: string
  readonly ownRhythm?: true
}

export const scheduleJobVerb: VerbDefinition<ScheduleOptions> = {
  name: 'schedule',
  summary: 'say when a job looks for work',
  description:
    'Gives a job a cron expression of five fields (minute, hour, day of the month, month, weekday), in UTC unless a time zone is given, or its own rhythm back. Times that were missed while no server ran are made up for by one run.',
  argument: { name: 'name', description: 'the job, as "chancery job list" has it' },
  options: [
    new Option('--cron <expression>', 'such as "30 4 * * 1"'),
    new Option('--time-zone <name>', 'such as Europe/Berlin (default: UTC)'),
    new Option('--own-rhythm', 'no cron expression any more'),
    serverOption(),
  ],
  examples: [
    'chancery job schedule pruneChallenges --cron "30 4 * * *" --time-zone Europe/Berlin',
    'chancery job schedule pruneChallenges --own-rhythm',
  ],
  next: '"chancery job show NAME" says when it is next.',
  run(options, terminal, name) {
    const { cron, timeZone, ownRhythm } = options
    if ((cron === undefined) === (ownRhythm === undefined)) {
      throw new CliFailure('failed', 'Give --cron or --own-rhythm, one of them.')
    }
    const body = cron === undefined ? { cron: null, timeZone: null } : { cron, timeZone: timeZone ?? null }
    return changeJob(name, body, options, terminal)
  },
}
