import { lstat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { CliFailure } from '../cli-failure.ts'

/** Where a server on this machine listens for its administration. */
export function adminSocketPath(env: Readonly<Record<string, string | undefined>>): string {
  return resolve(join(env.CHANCERY_DATA_DIR || './data', 'admin.sock'))
}

/** @throws {CliFailure} unless a socket is there that belongs to this user or to root: another's might be a trap for secrets */
export async function checkAdminSocket(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined)
  if (found === undefined) throw noServer(path)
  if (!found.isSocket()) throw new CliFailure('failed', `${path} is not a socket.`)
  const user = process.getuid?.()
  if (user !== undefined && found.uid !== user && found.uid !== 0) {
    throw new CliFailure('failed', `${path} belongs to another user (${found.uid}), so it is not trusted.`, {
      nextStep: 'Run the command as the user that runs the server, or use --server URL with CHANCERY_TOKEN.',
    })
  }
}

export function noServer(path: string, cause?: unknown): CliFailure {
  return new CliFailure('network', `No server is running here: nothing answers at ${path}.`, {
    nextStep:
      'Start one with "npm start" in the same folder, set CHANCERY_DATA_DIR to its data directory, or use --server URL with CHANCERY_TOKEN.',
    cause,
  })
}
