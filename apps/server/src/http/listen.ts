import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Config, ListenAddress } from '../config.ts'
import type { ServerContext } from '../context.ts'
import { buildApp, type Surface } from './app.ts'
import { tlsFiles } from './tls.ts'

/** Where it listens, port 0 resolved. */
export interface BoundAddresses {
  readonly listen: ListenAddress
  readonly adminListen?: ListenAddress
}

export interface Listeners {
  readonly bound: BoundAddresses
  /** Accepts nothing new, and waits for what was begun. */
  close(): Promise<void>
}

/** Longest path of a Unix socket on Linux and macOS alike. */
const LONGEST_SOCKET_PATH = 103

/** Opens every listener of a process, in an order that is the same in all of them: they share the sockets. */
export async function listen(context: ServerContext): Promise<Listeners> {
  const { config } = context
  const { listen: address, adminListen } = config
  const apps: FastifyInstance[] = []
  const open = async (surface: Surface, at: ListenAddress): Promise<ListenAddress> => {
    const tls = config.tls === undefined ? undefined : tlsFiles(config.tls, context.log, !surface.devices)
    const app = buildApp(context, surface, tls)
    apps.push(app)
    await app.listen({ host: at.host, port: at.port })
    return { host: at.host, port: (app.server.address() as { port: number }).port }
  }
  const administration = adminListen === undefined ? 'token' : 'none'
  const bound: BoundAddresses = { listen: await open({ devices: true, administration }, address) }
  const admin =
    adminListen === undefined ? undefined : await open({ devices: false, administration: 'token' }, adminListen)
  apps.push(...(await openSocket(context)))
  return {
    bound: admin === undefined ? bound : { ...bound, adminListen: admin },
    async close() {
      await Promise.all(apps.map((app) => app.close()))
    },
  }
}

/** For the command line beside the server. */
export function socketPath({ dataDir }: Pick<Config, 'dataDir'>): string | undefined {
  const path = join(dataDir, 'admin.sock')
  return path.length > LONGEST_SOCKET_PATH ? undefined : path
}

async function openSocket(context: ServerContext): Promise<FastifyInstance[]> {
  const path = socketPath(context.config)
  if (path === undefined) {
    context.log.warn('the path of the data directory is too long for admin.sock: administration needs a token')
    return []
  }
  const app = buildApp(context, { devices: false, administration: 'socket' })
  await app.listen({ path })
  return [app]
}

/** `http://host:port` of a listener. */
export function urlOf({ host, port }: ListenAddress, { tls }: Pick<Config, 'tls'>): string {
  return `${tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** Where people find page and REST: on a listener of its own, or where devices go, too. */
export function pageUrlOf({ listen, adminListen }: BoundAddresses, config: Pick<Config, 'tls' | 'publicUrl'>): string {
  if (adminListen !== undefined) return urlOf(adminListen, config)
  return config.publicUrl ?? urlOf(listen, config)
}
