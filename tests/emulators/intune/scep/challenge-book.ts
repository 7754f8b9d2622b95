import { randomUUID } from 'node:crypto'
import { ChallengeSealer, plainLength } from './challenge-blob.ts'

/** What a SCEP profile of Intune rendered for a device: the request has to say the same. */
export interface Rendered {
  /** RFC 4514; null: the profile asks for none. */
  readonly subject: string | null
  /** `DNS:…`, `URI:…`, `email:…`, `UPN:…`, `IP:…`; empty: none. */
  readonly san: readonly string[]
  /** Names of RFC 5280 §4.2.1.3; empty: not compared. */
  readonly keyUsage: readonly string[]
  /** OIDs; empty: not compared. */
  readonly eku: readonly string[]
  readonly keyLength: number
}

export interface ChallengeWish extends Partial<Rendered> {
  /** The emulator's first tenant if left out. */
  readonly tenant?: string
  readonly deviceId?: string
  readonly userId?: string
  readonly profileId?: string
  readonly deviceType?: string
  readonly ttlMinutes?: number
  /** Characters of the challenge, rounded up to whole groups of four; never less than the content needs. 2052 if left out. */
  readonly characters?: number
  /** Makes a challenge that a service of Microsoft would never make, but a damaged one looks like. */
  readonly defect?: ChallengeDefect
}

export type ChallengeDefect = 'encryption' | 'content' | 'timestamps' | 'endsBeforeItBegins'

/** As Graph counts certificateIssuanceStates. */
export const ISSUANCE_STATE = {
  challengeIssued: 1,
  challengeValidationSucceeded: 5,
  challengeValidationFailed: 6,
  issueFailed: 7,
  issued: 9,
  revoked: 14,
} as const
export type IssuanceState = keyof typeof ISSUANCE_STATE

export interface ChallengeRecord extends Rendered {
  readonly challenge: string
  readonly requestId: string
  readonly tenant: string
  readonly deviceId: string
  readonly userId: string
  readonly profileId: string
  readonly deviceType: string
  readonly created: string
  readonly expires: string
  state: IssuanceState
  /** How often it validated. */
  validations: number
}

const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2'
/** More than 2000: a real challenge does not fit where PKCS #9's 255 were assumed. */
const USUAL_CHARACTERS = 2052

/** Every challenge that was issued, and what became of it. */
export class ChallengeBook {
  readonly sealer = new ChallengeSealer()
  readonly devices = new Set<string>()
  readonly users = new Set<string>()
  /** `profile/device` pairs that the profile is assigned to. */
  readonly #targets = new Set<string>()
  readonly #records = new Map<string, ChallengeRecord>()

  issue(wish: ChallengeWish & { readonly tenant: string }, now: Date): ChallengeRecord {
    const { deviceId = randomUUID(), userId = randomUUID(), profileId = randomUUID(), ttlMinutes = 60 } = wish
    const content = {
      requestId: randomUUID(),
      tenant: wish.tenant,
      deviceId,
      userId,
      profileId,
      deviceType: wish.deviceType ?? 'Windows',
      created: now.toISOString(),
      expires: new Date(now.getTime() + ttlMinutes * 60_000).toISOString(),
      subject: wish.subject === undefined ? `CN=${deviceId}` : wish.subject,
      san: wish.san ?? [],
      keyUsage: wish.keyUsage ?? ['digitalSignature', 'keyEncipherment'],
      eku: wish.eku ?? [CLIENT_AUTH],
      keyLength: wish.keyLength ?? 2048,
    }
    const challenge = this.#seal(content, wish)
    const record: ChallengeRecord = { ...content, challenge, state: 'challengeIssued', validations: 0 }
    this.devices.add(deviceId)
    this.users.add(userId)
    this.#targets.add(`${profileId}/${deviceId}`)
    this.#records.set(record.requestId, record)
    return record
  }

  #seal(content: object, { defect, characters = USUAL_CHARACTERS }: ChallengeWish): string {
    const written = { ...content, ...(defect && DAMAGE[defect]) }
    const bare = defect === 'content' ? '{"requestId":' : JSON.stringify(written)
    const padded = bare.padEnd(plainLength(Math.ceil(characters / 4) * 4))
    return this.sealer.seal(Buffer.from(padded), defect === 'encryption').toString('base64')
  }

  byRequest(requestId: string): ChallengeRecord | undefined {
    return this.#records.get(requestId)
  }

  all(): ChallengeRecord[] {
    return [...this.#records.values()]
  }

  targets(profileId: string, deviceId: string): boolean {
    return this.#targets.has(`${profileId}/${deviceId}`)
  }

  /** Removes the assignment of a profile to a device. */
  untarget(profileId: string, deviceId: string): void {
    this.#targets.delete(`${profileId}/${deviceId}`)
  }

  forgetRequest(requestId: string): void {
    this.#records.delete(requestId)
  }
}

const DAMAGE: Readonly<Record<ChallengeDefect, object>> = {
  encryption: {},
  content: {},
  timestamps: { created: 'yesterday' },
  endsBeforeItBegins: { expires: '2000-01-01T00:00:00.000Z' },
}
