import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type CommandOutcome, run } from '../command.ts'

const BUS = '/usr/bin/dbus-daemon'
const GETCERT = '/usr/bin/getcert'
const READY_WITHIN_MS = 60_000

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
  const bus = started(BUS, [`--config-file=${at('bus.conf')}`, '--nofork', '--print-address'], env)
  await bus.said('unix:path=')
  const daemon = started(certmonger, ['-s', '-n', '-d', '3'], env)
  const getcert = (verb: string, args: readonly string[]) => run(GETCERT, [verb, '-s', ...args], { env })
  const stop = async () => {
    await daemon.stop()
    await bus.stop()
  }
  for (const until = Date.now() + READY_WITHIN_MS; (await getcert('list-cas', [])).code !== 0; await sleep(100)) {
    if (Date.now() < until) continue
    await stop()
    throw new Error(`certmonger is not on its bus\n${bus.output()}\n${daemon.output()}`)
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

interface Started {
  output(): string
  /** Waits until its output has a text. */
  said(text: string): Promise<void>
  stop(): Promise<void>
}

function started(command: string, args: readonly string[], env: Record<string, string>): Started {
  const child: ChildProcess = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  const abandon = () => child.kill('SIGKILL')
  process.once('exit', abandon)
  return {
    output: () => output,
    async said(text) {
      for (const until = Date.now() + READY_WITHIN_MS; !output.includes(text); await sleep(20))
        if (Date.now() > until) throw new Error(`${command} did not say "${text}"\n${output}`)
    },
    async stop() {
      child.kill('SIGTERM')
      await gone
      process.off('exit', abandon)
    },
  }
}
