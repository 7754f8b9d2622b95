import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createChallenge } from '../admin.ts'
import { run } from '../command.ts'
import type { Installation } from './installation.ts'

export interface ScepclientOptions {
  readonly commonName?: string
  /** Folder of an identity: it uses its old key and request again where it finds them. Default: a new one. */
  readonly device?: string
}

/** Micromdm's client at one address of a server: the first call in a folder enrols, another one renews. */
export async function scepclient(
  command: string,
  { url, server, folder, files }: Installation,
  path: string,
  { commonName = 'micromdm device', device = mkdtempSync(join(folder, 'device-')) }: ScepclientOptions = {},
) {
  const certificate = join(device, 'cert.pem')
  // Without it the client encrypts to every certificate of GetCACert, and fails over an EC one.
  const recipient = createHash('sha256').update(readFileSync(files.recipientDer)).digest('hex')
  const outcome = await run(
    command,
    [
      ...['-server-url', `${url}${path}`, '-challenge', await createChallenge(server)],
      ...['-private-key', join(device, 'key.pem'), '-certificate', certificate, '-ca-fingerprint', recipient],
      ...['-cn', commonName, '-organization', 'Interop', '-country', 'CZ', '-debug'],
    ],
    { cwd: device },
  )
  return { ...outcome, device, certificate, said: `${outcome.stdout}${outcome.stderr}` }
}
