import {
  type ConnectionTest,
  type IntuneConnections,
  IntuneError,
  type IntuneSettings,
  intuneChallenge,
  intuneRevocations,
  testConnection,
  toldIssuer,
  voucherKey,
} from '@chancery/connectors'
import { parseCertificate } from '@chancery/pki'
import type { ChallengeValidator, Configuration, IntuneRule, RevocationSource, ScepProfile } from '@chancery/ra'

type IntuneProfile = Pick<ScepProfile, 'name' | 'intune' | 'intuneKey'>

/** What the parts of the server want of Intune, over the connections of one process. */
export interface Intune {
  /** Validates the requests of a profile, and hears of them. */
  vouching(profile: IntuneProfile): ChallengeValidator
  /** @throws {Error} with a sentence: the settings of the profile cannot be used */
  revocationSource(profile: IntuneProfile, configuration: Pick<Configuration, 'issuers'>): RevocationSource
  /** Key of the voucher; undefined: the settings cannot be used. */
  voucherOf(rule: IntuneRule): string | undefined
  test(settings: IntuneSettings): Promise<ConnectionTest>
}

export function intuneOver(connections: IntuneConnections): Intune {
  return {
    vouching: ({ intune: rule, intuneKey: key }) => intuneChallenge({ rule, key, connections }),
    revocationSource({ name, intune: rule, intuneKey: key }, { issuers }) {
      if (rule === null) throw new Error(`SCEP profile "${name}" has no Intune settings.`)
      return intuneRevocations({ rule, key, connections, issuerNames: namesOf(issuers) })
    },
    voucherOf(rule) {
      try {
        return voucherKey(rule, connections.ports.overrides)
      } catch (error) {
        // The test of the connection says why.
        if (error instanceof IntuneError) return undefined
        throw error
      }
    },
    test: (settings) => testConnection(settings, connections),
  }
}

/** As Intune was told the issuers of certificates. */
function namesOf(issuers: Configuration['issuers']): string[] {
  const names = issuers.map(({ certificate }) => toldIssuer({ issuer: parseCertificate(certificate).subject }))
  return [...new Set(names)]
}
