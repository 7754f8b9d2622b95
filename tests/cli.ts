import { join, resolve } from 'node:path'
import { type CommandOutcome, run } from './command.ts'

const LAUNCHER = resolve(import.meta.dirname, '../apps/cli/bin/chancery.mjs')

/** Runs `chancery …` beside the server whose data directory is given. */
export function chancery(
  dataDir: string,
  args: readonly string[],
  options: { env?: Record<string, string>; cwd?: string; input?: string } = {},
): Promise<CommandOutcome> {
  const { env, ...rest } = options
  return run(process.execPath, [LAUNCHER, ...args], {
    ...rest,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: join(dataDir, 'nobody'),
      CHANCERY_DATA_DIR: dataDir,
      ...env,
    },
  })
}
