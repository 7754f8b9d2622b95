import { type Client, createClient, type Fetch } from '@chancery/api'
import { CliFailure } from '../cli-failure.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { adminSocketPath, checkAdminSocket, noServer } from './admin-socket.ts'
import { unixSocketFetch } from './unix-socket-fetch.ts'

/** The administration: of the server at a URL, with a token, or of the one beside us, over its socket. */
export async function connect(server: string | undefined, terminal: Terminal): Promise<Client> {
  return server === undefined ? connectLocally(terminal) : connectTo(server, terminal)
}

function connectTo(server: string, { env, fetch }: Terminal): Client {
  if (!URL.canParse(server) || !/^https?:$/.test(new URL(server).protocol)) {
    throw new CliFailure('failed', `"${server}" is not an http or https URL.`)
  }
  const token = env.CHANCERY_TOKEN
  if (token === undefined || token === '') {
    throw new CliFailure('failed', 'There is no token for this server.', {
      nextStep: 'Set CHANCERY_TOKEN to an API token: "chancery token create", on the machine of the server, makes one.',
    })
  }
  // `fetch` would refuse it in words that repeat it.
  if (/[^\x21-\x7e]/.test(token)) {
    throw new CliFailure(
      'failed',
      'CHANCERY_TOKEN holds a blank, a line break or another character that no token has.',
      {
        nextStep: 'Set it again, to the API token alone.',
      },
    )
  }
  const { hostname, protocol } = new URL(server)
  if (protocol === 'http:' && !/^(localhost|127\.[0-9.]+|\[::1\])$/.test(hostname)) {
    throw new CliFailure('failed', 'The token would travel unencrypted over the network.', {
      nextStep: 'Use an https URL, or run the command on the machine of the server.',
    })
  }
  // A redirect would take the token along to wherever it points.
  const tcp: Fetch = (url, { takesLong, ...init }) =>
    fetch(url, { ...init, redirect: 'error', ...(takesLong !== true && { signal: AbortSignal.timeout(30_000) }) })
  const unreachable = (cause: unknown) =>
    new CliFailure('network', `${server} cannot be reached: ${reasonOf(cause)}.`, { cause })
  return createClient({ baseUrl: server, fetch: reporting(tcp, unreachable), token })
}

async function connectLocally({ env }: Terminal): Promise<Client> {
  const path = adminSocketPath(env)
  await checkAdminSocket(path)
  const unreachable = (cause: unknown) => noServer(path, cause)
  return createClient({ baseUrl: 'http://localhost', fetch: reporting(unixSocketFetch(path), unreachable) })
}

function reporting(fetch: Fetch, unreachable: (cause: unknown) => CliFailure): Fetch {
  return async (url, init) => {
    try {
      return await fetch(url, init)
    } catch (cause) {
      throw unreachable(cause)
    }
  }
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as Error
  return cause instanceof Error && cause.message !== '' ? cause.message : message
}
