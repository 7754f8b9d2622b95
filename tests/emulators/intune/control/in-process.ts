import type { App, Tenant } from '../entra/directory.ts'
import type { Faults } from '../faults.ts'
import { turn } from '../flags.ts'
import type { LoggedRequest } from '../request-log.ts'
import { revoke } from '../revocation/revoke.ts'
import type { EmulatorState } from '../state.ts'
import type { IntuneControl } from './control.ts'

interface Parts {
  readonly state: EmulatorState
  readonly faults: Faults
  readonly log: readonly LoggedRequest[]
  readonly tenant: Tenant
  readonly app: App
  readonly secret: string
}

/** The control of an emulator by the process that it runs in. */
export function controlOf({ state, faults, log, tenant, app, secret }: Parts): IntuneControl {
  const { directory, clock, challenges, requests, revocations } = state
  return {
    tenant,
    app,
    secret,
    addTenant: (wanted = {}) => directory.addTenant(wanted),
    addApp: (wanted = {}) => directory.addApp({ tenant: tenant.id, ...wanted }),
    moveTenant(name = tenant.id, status = 404) {
      directory.move(found(directory.tenant(name), `tenant ${name}`), status)
    },
    now: clock.now,
    advance: clock.advance,
    flags: state.flags,
    setFlags: (some) => turn(state.flags, some),
    issueChallenge: (wish = {}) => challenges.issue({ tenant: tenant.id, ...wish }, clock.now()).challenge,
    challenge: (text) =>
      found(
        challenges.all().find(({ challenge }) => challenge === text),
        'challenge',
      ),
    challenges: () => challenges.all(),
    scepRequests: () => requests.all(),
    certificates: () => requests.issued(),
    untarget: (profileId, deviceId) => challenges.untarget(profileId, deviceId),
    forgetDevice: (deviceId) => void challenges.devices.delete(deviceId),
    forgetUser: (userId) => void challenges.users.delete(userId),
    forgetRequest: (requestId) => challenges.forgetRequest(requestId),
    revoke: (which) => revoke(state, which),
    enqueueRaw: (item) => revocations.enqueue({ tenant: tenant.id, ...item }),
    revocations: () => revocations.all(),
    inject: (injection) => faults.inject(injection),
    clearFaults: () => faults.clear(),
    requests: (endpoint) => log.filter((one) => endpoint === undefined || one.endpoint === endpoint),
    violations: () => [...state.violations],
  }
}

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the emulator knows no such ${what}`)
  return value
}
