import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { emulatorClock } from './clock.ts'
import type { IntuneControl } from './control/control.ts'
import { controlOf } from './control/in-process.ts'
import { controlOverHttp } from './control/over-http.ts'
import { newSecretValue } from './entra/directory.ts'
import { Faults } from './faults.ts'
import { type SomeFlags, turn } from './flags.ts'
import { broken, type Served, serve } from './http/serve.ts'
import type { LoggedRequest } from './request-log.ts'
import { EmulatorState } from './state.ts'

export type { IntuneControl } from './control/control.ts'

export interface EmulatorOptions extends SomeFlags {
  /** What the emulator's clock starts from and runs with; the system's if left out. */
  readonly clock?: () => Date
  /** Any free one if left out. */
  readonly port?: number
}

/** Entra, Graph and Intune of one machine, behind one port of the loopback interface. */
export interface IntuneEmulator extends IntuneControl {
  /** `http://127.0.0.1:port`, without a slash at the end. */
  readonly url: string
  /** The three with a slash at the end, as the product is configured. */
  readonly authorityUrl: string
  readonly graphUrl: string
  /** Names the Intune API; nothing is asked there. */
  readonly resourceUrl: string
  /** The same for the server process. */
  readonly environment: Readonly<Record<string, string>>
  stop(): Promise<void>
}

export async function startIntuneEmulator(options: EmulatorOptions = {}): Promise<IntuneEmulator> {
  const { clock, port = 0, ...flags } = options
  const state = new EmulatorState(emulatorClock(clock))
  turn(state.flags, flags)
  const faults = new Faults()
  const log: LoggedRequest[] = []
  const tenant = state.directory.addTenant({ domains: ['example.onmicrosoft.com'] })
  const secret = newSecretValue()
  const app = state.directory.addApp({ tenant: tenant.id, secrets: [{ value: secret }] })
  const control = controlOf({ state, faults, log, tenant, app, secret })
  const server = await listen(port, { state, faults, log, control: (call) => controlOverHttp(control, call) })
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const [authorityUrl, graphUrl, resourceUrl] = [`${state.url}/`, `${state.url}/`, `${state.url}/intune/`]
  return {
    ...control,
    url: state.url,
    authorityUrl,
    graphUrl,
    resourceUrl,
    environment: {
      CHANCERY_INTUNE_AUTHORITY_URL: authorityUrl,
      CHANCERY_INTUNE_GRAPH_URL: graphUrl,
      CHANCERY_INTUNE_RESOURCE_URL: resourceUrl,
    },
    stop: () => close(server),
  }
}

async function listen(port: number, served: Served): Promise<Server> {
  const server = createServer((request, response) => {
    serve(served, request, response).catch((error: unknown) => broken(response, error))
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}

async function close(server: Server): Promise<void> {
  server.close()
  server.closeAllConnections()
  await once(server, 'close')
}
