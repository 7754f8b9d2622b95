import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CommandOutcome, run } from '../command.ts'
import { startService } from './service.ts'

const BUS = '/usr/bin/dbus-daemon'
const GETCERT = '/usr/bin/getcert'

/** Certmonger with its state in one folder, on a bus that nobody else is on. */
export interface CertmongerDaemon {
  /** `getcert <verb> -s …`. */
  getcert(verb: string, args: readonly string[]): Promise<CommandOutcome>
  /** What the daemon said, for the message of a failure. */
  log(): string
  stop(): Promise<void>
}

export async function startCertmonger(certmonger: string, parent: string): Promise<CertmongerDaemon> {
  const folder = mkdtempSync(join(parent, 'certmonger-'))
  const at = (name: string) => join(folder, name)
  for (const name of ['config', 'requests', 'cas', 'tmp', 'local', 'home']) mkdirSync(at(name))
  writeFileSync(at('bus.conf'), busConfiguration(at('bus')))
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: at('home'),
    DBUS_SESSION_BUS_ADDRESS: `unix:path=${at('bus')}`,
    CERTMONGER_CONFIG_DIR: at('config'),
    CERTMONGER_REQUESTS_DIR: at('requests'),
    CERTMONGER_CAS_DIR: at('cas'),
    CERTMONGER_TMP_DIR: at('tmp'),
    CERTMONGER_LOCAL_CA_DIR: at('local'),
    CERTMONGER_PVT_ADDRESS: `unix:path=${at('private')}`,
  }
  const bus = startService(BUS, [`--config-file=${at('bus.conf')}`, '--nofork', '--print-address'], { env })
  await bus.until(() => bus.output().includes('unix:path='))
  const daemon = startService(certmonger, ['-s', '-n', '-d', '3'], { env })
  const getcert = (verb: string, args: readonly string[]) => run(GETCERT, [verb, '-s', ...args], { env })
  const stop = async () => {
    await daemon.stop()
    await bus.stop()
  }
  try {
    await daemon.until(async () => (await getcert('list-cas', [])).code === 0)
  } catch (error) {
    await stop()
    throw error
  }
  return { getcert, log: daemon.output, stop }
}

/** Without folders of services: the bus would start a second certmonger for whoever asks. */
const busConfiguration = (socket: string) => `<!DOCTYPE busconfig PUBLIC
  "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=${socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`
