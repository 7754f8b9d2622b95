import { afterAll, beforeAll, describe } from 'vitest'
import { allowRenewalAlways, requireApproval, setCompatibility } from '../admin.ts'
import { temporaryFolder } from '../folder.ts'
import { startServer, type TestServer } from '../server.ts'
import { type CaFiles, writeCaFiles } from './ca-files.ts'
import { type Recorded, type Recorder, recordBefore, type Told, tell } from './recorder.ts'

/** The CAs that a client may meet, and the variables of a first start that make them. */
export const INSTALLATIONS = {
  'RSA CA with RSA RA': { CHANCERY_CA_KEY: 'rsa-2048' },
  'RSA CA alone': { CHANCERY_CA_KEY: 'rsa-2048', CHANCERY_RA_KEY: 'ca' },
  'EC CA with RSA RA': { CHANCERY_CA_KEY: 'p-256' },
} as const satisfies Record<string, Readonly<Record<string, string>>>

export type InstallationName = keyof typeof INSTALLATIONS

/** Both forms of an endpoint's URL. */
export const URL_FORMS = [
  '/api/v1/protocols/scep/default/pkiclient.exe',
  '/api/v1/protocols/scep/raProfile/default/pkiclient.exe',
] as const

export interface Installation {
  readonly name: InstallationName
  readonly server: TestServer
  /** Of the recorder before the server: what clients are given. */
  readonly url: string
  readonly files: CaFiles
  /** For the files of clients; gone after the suite. */
  readonly folder: string
  /** All that went over the wire. */
  readonly exchanges: readonly Recorded[]
  /** What went over the wire while something is done. */
  during<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly told: Told[] }>
}

export interface InstallationOptions {
  /** Compatibility profile. Default: `default`. */
  readonly compatibility?: string
  /** Certificates may be renewed at any time of their life. */
  readonly renewal?: 'always'
  /** A person decides about each request. */
  readonly approval?: 'required'
  /** The suites run at the same time, for clients that mostly sleep. */
  readonly atOnce?: boolean
}

/** The same suite with each of the CAs, each with one server for the whole suite. */
export function withEachCa(
  options: InstallationOptions,
  suite: (installation: () => Installation, name: InstallationName) => void,
): void {
  for (const name of Object.keys(INSTALLATIONS) as InstallationName[])
    withCa(name, options, (installation) => suite(installation, name))
}

export function withCa(
  name: InstallationName,
  options: InstallationOptions,
  suite: (installation: () => Installation) => void,
): void {
  describe(name, { concurrent: options.atOnce === true }, () => {
    const folder = temporaryFolder()
    let installation: Installation | undefined
    let recorder: Recorder | undefined
    beforeAll(async () => {
      const server = await startServer({ env: INSTALLATIONS[name] })
      recorder = await recordBefore(server.url)
      const { url, exchanges } = recorder
      const files = await writeCaFiles(server.url, folder)
      installation = { name, server, url, folder, files, exchanges, during: (work) => during(exchanges, work) }
      if (options.compatibility !== undefined) await setCompatibility(server, options.compatibility)
      if (options.renewal === 'always') await allowRenewalAlways(server)
      if (options.approval === 'required') await requireApproval(server)
    })
    afterAll(async () => {
      await recorder?.close()
      await installation?.server.stop()
    })
    suite(() => {
      if (installation === undefined) throw new Error('the server is not started yet')
      return installation
    })
  })
}

async function during<T>(exchanges: readonly Recorded[], work: () => Promise<T>): Promise<{ result: T; told: Told[] }> {
  const before = exchanges.length
  const result = await work()
  return { result, told: tell(exchanges.slice(before)) }
}
