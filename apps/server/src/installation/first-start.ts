import type { Store } from '@chancery/store'
import type { Logger } from 'pino'
import { told } from '../audit/difference.ts'
import { startEvent } from '../audit/own-event.ts'
import { firstInstallation, type InstallationOptions } from './first-installation.ts'

/** Fills an empty store. Of two nodes that do it at once one wins, and the other throws away what it made. */
export async function ensureInstallation(
  { configuration }: Pick<Store, 'configuration'>,
  options: InstallationOptions,
  log: Logger,
): Promise<void> {
  if ((await configuration.load()).version > 0) return
  log.info({ caKey: options.caKey, raKey: options.raKey }, 'first start: making CA, RA certificate and profiles')
  const first = await firstInstallation(options)
  const { authority, raProfile, scepProfile, issuer } = first
  const names = { authority: authority.name, raProfile: raProfile.name, scepProfile: scepProfile.name }
  const detail = { after: { ...names, caCertificate: told(issuer.certificate) } }
  const isOurs = await configuration.install(first, [
    startEvent('first start', options.now, { action: 'installation.create', detail }),
  ])
  log.info(isOurs ? 'first start: done' : 'first start: another node was faster')
}
