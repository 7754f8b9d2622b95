import { readFile } from 'node:fs/promises'
import {
  ASSERTION_ALGORITHMS,
  INTUNE_CLOUDS,
  INTUNE_CREDENTIALS,
  INTUNE_REVOCATION_REASONS,
  type IntuneUpdate,
  REVOCATION_FILTERS,
  type ScepProfileUpdate,
  WHEN_UNREACHABLE,
} from '@chancery/api'
import { Option } from 'commander'
import { CliFailure } from '../cli-failure.ts'
import { readSecretText } from '../terminal/secret-input.ts'
import type { Terminal } from '../terminal/terminal.ts'

export interface IntuneOptions {
  readonly intune?: 'on' | 'off'
  readonly intuneTenant?: string
  readonly intuneApplication?: string
  readonly intuneKeyFile?: string
  readonly intuneSecretExpires?: string
  readonly intuneCredential?: IntuneUpdate['credential']
  readonly intuneCertificate?: string
  readonly intuneAlgorithm?: IntuneUpdate['assertionAlgorithm']
  readonly intuneCloud?: IntuneUpdate['cloud']
  readonly intuneAuthorityUrl?: string
  readonly intuneGraphUrl?: string
  readonly intuneResourceUrl?: string
  readonly intuneUnreachable?: IntuneUpdate['whenUnreachable']
  readonly intuneRevocationReason?: IntuneUpdate['revocationReason']
  readonly intuneRevocationFilter?: IntuneUpdate['revocationFilter']
}

export const INTUNE_OPTIONS: readonly Option[] = [
  new Option('--intune <on|off>', 'whether Microsoft Intune vouches for the devices').choices(['on', 'off']),
  new Option('--intune-tenant <id>', 'directory (tenant) ID, or a verified domain'),
  new Option('--intune-application <id>', 'application (client) ID of the app registration'),
  new Option('--intune-key-file <file>', 'client secret, or private key in PEM, from a file, or standard input with -'),
  new Option('--intune-secret-expires <date>', 'when the client secret ends, as Entra shows it; empty: nobody knows'),
  new Option('--intune-credential <kind>', 'what the key is').choices(INTUNE_CREDENTIALS),
  new Option('--intune-certificate <file>', 'PEM of the certificate that is registered in Entra, in place of a secret'),
  new Option('--intune-algorithm <name>', 'what assertions with a certificate are signed with').choices(
    ASSERTION_ALGORITHMS,
  ),
  new Option('--intune-cloud <name>', "Microsoft's cloud").choices(INTUNE_CLOUDS),
  new Option('--intune-authority-url <url>', 'of a custom cloud: where Entra signs in'),
  new Option('--intune-graph-url <url>', 'of a custom cloud: where Microsoft Graph is'),
  new Option('--intune-resource-url <url>', 'of a custom cloud: what Intune is called there'),
  new Option('--intune-unreachable <what>', 'devices get HTTP 503 or FAILURE while Intune cannot be asked').choices(
    WHEN_UNREACHABLE,
  ),
  new Option('--intune-revocation-reason <reason>', 'for what Intune takes back').choices(INTUNE_REVOCATION_REASONS),
  new Option('--intune-revocation-filter <what>', 'collect all wishes, or only those of our issuers').choices(
    REVOCATION_FILTERS,
  ),
]

/** What these options change; nothing for those that are not there. */
export async function intuneUpdate(options: IntuneOptions, terminal: Terminal): Promise<ScepProfileUpdate> {
  const { intune: turned, intuneTenant, intuneApplication, intuneKeyFile } = options
  const intune = await ruleOf(options)
  return {
    ...(turned !== undefined && { enableIntune: turned === 'on' }),
    ...(intuneTenant !== undefined && { intuneTenant }),
    ...(intuneApplication !== undefined && { intuneApplicationId: intuneApplication }),
    ...(intuneKeyFile !== undefined && { intuneApplicationKey: await readSecretText(intuneKeyFile, terminal) }),
    ...(Object.keys(intune).length > 0 && { intune }),
  }
}

async function ruleOf(options: IntuneOptions): Promise<IntuneUpdate> {
  const { intuneSecretExpires: expires, intuneCertificate: certificate } = options
  const plain: { readonly [Field in keyof IntuneUpdate]: IntuneUpdate[Field] | undefined } = {
    credential: options.intuneCredential,
    assertionAlgorithm: options.intuneAlgorithm,
    cloud: options.intuneCloud,
    authorityUrl: options.intuneAuthorityUrl,
    graphUrl: options.intuneGraphUrl,
    resourceUrl: options.intuneResourceUrl,
    whenUnreachable: options.intuneUnreachable,
    revocationReason: options.intuneRevocationReason,
    revocationFilter: options.intuneRevocationFilter,
    secretExpiresAt: expires === '' ? null : expires,
    certificate: certificate === undefined ? undefined : await readPem(certificate),
  }
  return Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined))
}

async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new CliFailure('failed', `${path} cannot be read: ${(cause as Error).message}`, { cause })
  }
}
