import type { App, NewApp, NewTenant, Tenant } from '../entra/directory.ts'
import type { Injection } from '../faults.ts'
import type { Flags, SomeFlags } from '../flags.ts'
import type { LoggedRequest } from '../request-log.ts'
import type { RawRevocation, RevocationRequest } from '../revocation/queue.ts'
import type { ChallengeRecord, ChallengeWish } from '../scep/challenge-book.ts'
import type { IssuedCertificate, RequestRecord } from '../scep/request-book.ts'
import type { Endpoint } from '../service.ts'
import type { Violation } from '../violations.ts'

/** What a test may do to the emulator and see of it. */
export interface IntuneControl {
  /** Made at the start: with a secret and all consents. */
  readonly tenant: Tenant
  readonly app: App
  /** The value of the secret of `app`. */
  readonly secret: string
  addTenant(wanted?: NewTenant): Tenant
  /** Without credentials unless they are given; with all consents unless others are given. */
  addApp(wanted?: NewApp): App
  /** To another scale unit; the old one answers 404, or `status`. */
  moveTenant(tenant?: string, status?: 404 | 410 | 421): void

  now(): Date
  advance(milliseconds: number): void
  readonly flags: Flags
  setFlags(some: SomeFlags): void

  /** A challenge for a device, known from now on, with a profile that is assigned to it. */
  issueChallenge(wish?: ChallengeWish): string
  /** Everything about a challenge. @throws {Error} for one that was not issued here */
  challenge(challenge: string): ChallengeRecord
  challenges(): ChallengeRecord[]
  /** Requests that were validated or refused, and what was notified about them. */
  scepRequests(): RequestRecord[]
  /** Certificates that were notified. */
  certificates(): IssuedCertificate[]
  untarget(profileId: string, deviceId: string): void
  forgetDevice(deviceId: string): void
  forgetUser(userId: string): void
  forgetRequest(requestId: string): void

  /** Wants the certificates back of a device, or that of a thumbprint or serial number. @throws {Error} when there is none */
  revoke(which: string): RevocationRequest[]
  enqueueRaw(item: RawRevocation): RevocationRequest
  revocations(): RevocationRequest[]

  inject(injection: Injection): void
  clearFaults(): void
  /** All of them, or those of one endpoint, in the order of their arrival. */
  requests(endpoint?: Endpoint): LoggedRequest[]
  violations(): Violation[]
}
