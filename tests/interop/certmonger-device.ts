import { mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { decodePem } from '@chancery/pki'
import { expectVerified } from './ca-files.ts'
import type { CertmongerDaemon } from './certmonger-daemon.ts'
import { type Installation, URL_FORMS } from './installation.ts'
import { fingerprint } from './recorder.ts'

export const CERTMONGER_NAME = 'certmonger device'
const PATIENCE_MS = 60_000

const caAt = ({ name }: Installation, path: string) => `${name}, ${path}`

/** Makes a server known to the daemon, at both of its addresses. */
export async function addScepCas(daemon: CertmongerDaemon, installation: Installation): Promise<void> {
  const { url, files, name } = installation
  const ra = name === 'RSA CA alone' ? [] : ['-r', files.recipientPem]
  for (const path of URL_FORMS) {
    const args = ['-c', caAt(installation, path), '-u', `${url}${path}`, '-N', files.caPem, ...ra]
    const { code, stdout, stderr } = await daemon.getcert('add-scep-ca', args)
    if (code !== 0) throw new Error(`add-scep-ca: exit ${code}\n${stdout}${stderr}`)
  }
}

/** A request that the daemon keeps, with the files of a device of its own. */
export function certmongerDevice(daemon: CertmongerDaemon, installation: Installation, path: string) {
  const { folder, files, during } = installation
  const device = mkdtempSync(join(folder, 'device-'))
  const id = device.replaceAll(/[^A-Za-z0-9]/g, '-')
  const [key, certificate] = [join(device, 'key.pem'), join(device, 'cert.pem')]
  const order = ['-c', caAt(installation, path), '-N', `CN=${CERTMONGER_NAME},O=Interop`, '-D', 'device.example']
  const where = ['-k', key, '-f', certificate, '-I', id]

  const command = async (verb: string, args: readonly string[]) => {
    const { result, told } = await during(() => daemon.getcert(verb, args))
    return { told, said: `${result.stdout}${result.stderr}${daemon.log().slice(-4000)}` }
  }
  const status = async () => {
    const { stdout } = await daemon.getcert('list', ['-i', id])
    return /status: (\S+)/.exec(stdout.toString())?.[1]
  }
  return {
    /** Waits for the outcome, which a request that is left pending has not. */
    request: (challenge: string) => command('request', [...order, ...where, '-L', challenge, '-w', '-v']),
    begin: (challenge: string) => command('request', [...order, ...where, '-L', challenge, '-v']),
    again: (verb: 'resubmit' | 'rekey') => command(verb, ['-i', id, '-w', '-v']),
    /** Asks what became of it. */
    refresh: () => command('refresh', ['-i', id]),
    status,
    async until(wanted: string): Promise<void> {
      for (const end = Date.now() + PATIENCE_MS; (await status()) !== wanted; await sleep(200))
        if (Date.now() > end) throw new Error(`${await status()} and not ${wanted}\n${daemon.log().slice(-4000)}`)
    },
    /** Fingerprint of what is in its file, which must be good. */
    async issued(): Promise<string> {
      await expectVerified(certificate, files)
      return fingerprint(decodePem(readFileSync(certificate, 'utf8'), 'CERTIFICATE')[0] as Buffer)
    },
  }
}
