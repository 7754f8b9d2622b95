import { parseCertificate } from '@chancery/pki'
import type { Store } from '@chancery/store'
import { Gauge, Registry } from 'prom-client'
import { credentialEnd } from '../intune/credential.ts'

type Sources = Pick<Store, 'configuration' | 'crls' | 'approvals' | 'jobs' | 'notices' | 'voucherContacts'>

/**
 * Figures of the installation as a whole, read from the store when somebody asks for figures; each is a handful of rows. The
 * primary process has them, those of the requests are in the workers.
 */
export function installationFigures(store: Sources, now: () => Date): Registry {
  const registry = new Registry()
  const gauge = (name: string, help: string, labelNames: string[], read: (set: Set) => Promise<void>) =>
    new Gauge({
      name,
      help,
      labelNames,
      registers: [registry],
      async collect() {
        this.reset()
        await read((labels, value) => this.set(labels, value))
      },
    })

  gauge(
    'chancery_ca_not_after_timestamp_seconds',
    'When the certificate of a CA ends',
    ['authority', 'generation'],
    async (set) => {
      for (const { authority, generation, certificate } of await store.crls.states()) {
        set({ authority: authority.name, generation }, secondsOf(parseCertificate(certificate).notAfter))
      }
    },
  )
  gauge(
    'chancery_ra_not_after_timestamp_seconds',
    'When the current RA certificate of a SCEP profile ends',
    ['scep_profile', 'issuer'],
    async (set) => {
      const { raCertificates, scepProfiles } = await store.configuration.load()
      for (const { scepProfileId, issuerId, state, certificate } of raCertificates) {
        const profile = scepProfiles.find(({ id }) => id === scepProfileId)
        if (profile === undefined || state !== 'current') continue
        set({ scep_profile: profile.name, issuer: issuerId }, secondsOf(parseCertificate(certificate).notAfter))
      }
    },
  )
  gauge(
    'chancery_crl_next_update_timestamp_seconds',
    'When the complete CRL of a CA is out of date',
    ['authority', 'generation'],
    async (set) => {
      for (const { authority, generation, newest } of await store.crls.states()) {
        if (newest !== undefined) set({ authority: authority.name, generation }, secondsOf(newest.nextUpdate))
      }
    },
  )
  gauge(
    'chancery_requests_waiting',
    'Requests that wait for a person, by whether a challenge or certificate stands behind them',
    ['authenticated'],
    async (set) => {
      for (const authenticated of [true, false]) {
        const count = await store.approvals.count({ authenticated, scepProfileId: undefined }, now())
        set({ authenticated: String(authenticated) }, count)
      }
    },
  )
  gauge(
    'chancery_intune_key_not_after_timestamp_seconds',
    'When the client secret or certificate ends with which a SCEP profile signs in for Intune, where it is known',
    ['scep_profile'],
    async (set) => {
      for (const { name, intune } of (await store.configuration.load()).scepProfiles) {
        const end = intune === null ? undefined : credentialEnd(intune)
        if (end !== undefined) set({ scep_profile: name }, secondsOf(end))
      }
    },
  )
  gauge(
    'chancery_unacknowledged_certificates',
    'Certificates that Intune has not acknowledged: held until it does, and those it could not be told of in time',
    ['state'],
    async (set) => {
      for (const [state, count] of Object.entries(await store.voucherContacts.unacknowledged())) set({ state }, count)
    },
  )
  gauge(
    'chancery_notices',
    'Notices that wait to be delivered, and those that were given up',
    ['state'],
    async (set) => {
      for (const [state, count] of Object.entries(await store.notices.outbox.counts())) {
        if (state !== 'delivered') set({ state }, count)
      }
    },
  )
  gauge(
    'chancery_job_last_run_failed',
    '1 where the last run of a job failed; jobs that found nothing to do are not counted',
    ['job'],
    async (set) => {
      for (const { name, outcome } of await store.jobs.newestRuns()) {
        if (outcome !== null) set({ job: name }, outcome === 'failed' ? 1 : 0)
      }
    },
  )
  return registry
}

type Set = (labels: Record<string, string | number>, value: number) => void

function secondsOf(time: Date): number {
  return time.getTime() / 1000
}
