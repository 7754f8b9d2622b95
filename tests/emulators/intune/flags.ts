import type { ServiceName } from './service.ts'

/** How the emulator behaves where the real service is not known for sure or differs from tenant to tenant. All may be changed while it runs. */
export interface Flags {
  token: {
    expiresInSeconds: number
    /** v1 wrote a string. */
    expiresInAsString: boolean
    /** `https://…/.default` for a resource that ends in a slash. */
    acceptSingleSlashScope: boolean
    /** The endpoint without `/v2.0/`. */
    v1: boolean
  }
  /** The audience of Intune tokens must have its slash at the end. */
  strictAudience: boolean
  /** A client-request-id that is no GUID is refused, not only recorded. */
  strictClientRequestId: boolean
  discovery: DiscoveryFlags
  /** What the service answers for an api-version; EJBCA sends 5019-05-05 to both. */
  apiVersions: Record<ServiceName, string[]>
  scep: {
    /** A second validateRequest with a challenge that validated once is refused. */
    singleUse: boolean
    /** A success notification without a validated request is answered `Unknown`; else `Success`, and a violation. */
    strictNotifications: boolean
  }
  revocation: RevocationFlags
}

export interface DiscoveryFlags {
  /** Names in odd case. */
  mixedCase: boolean
  /** Each of ours twice. */
  duplicates: boolean
  /** An entry of the same name without uri stands first. */
  withoutUri: boolean
  /** `serviceName` in the place of `providerName`. */
  legacyName: boolean
  trailingSlash: boolean
  missing: ServiceName[]
  /** Ours are on a second page. */
  nextLink: boolean
  /** The service is said to be at this origin. */
  origin: string | null
  answer: 'list' | 'forbidden' | 'notFound' | 'serverError' | 'malformed'
}

export interface RevocationFlags {
  coolDown: 'tenant' | 'issuer' | 'item' | 'off'
  coolDownMinutes: number
  /** Which downloads start it. */
  startsOn: 'any' | 'nonEmpty'
  filterOn: 'caConfiguration' | 'issuerName'
  /** An upload with a context that nobody offered is answered with false. */
  refuseUnknownContext: boolean
  uploadValue: 'true' | 'string' | 'String' | 'false' | 'missing'
}

export function defaultFlags(): Flags {
  return {
    token: { expiresInSeconds: 3599, expiresInAsString: false, acceptSingleSlashScope: true, v1: false },
    strictAudience: false,
    strictClientRequestId: true,
    discovery: {
      mixedCase: false,
      duplicates: false,
      withoutUri: false,
      legacyName: false,
      trailingSlash: false,
      missing: [],
      nextLink: false,
      origin: null,
      answer: 'list',
    },
    apiVersions: {
      ScepRequestValidationFEService: ['2018-02-20', '5019-05-05'],
      PkiConnectorFEService: ['5019-05-05'],
    },
    scep: { singleUse: false, strictNotifications: true },
    revocation: {
      coolDown: 'tenant',
      coolDownMinutes: 60,
      startsOn: 'any',
      filterOn: 'caConfiguration',
      refuseUnknownContext: true,
      uploadValue: 'true',
    },
  }
}

/** Some flags, at any depth. */
export type SomeFlags<T = Flags> = {
  readonly [K in keyof T]?: T[K] extends unknown[] | string | number | boolean | null ? T[K] : SomeFlags<T[K]>
}

/** Turns some flags in place. @throws {Error} for one that does not exist: a misspelt flag would turn nothing */
export function turn(flags: object, some: object): void {
  for (const [name, value] of Object.entries(some)) {
    if (value === undefined) continue
    const present: unknown = Reflect.get(flags, name)
    if (!Object.hasOwn(flags, name)) throw new Error(`the emulator has no flag ${name}`)
    if (isGroup(present) && isGroup(value)) turn(present, value)
    else Reflect.set(flags, name, value)
  }
}

const isGroup = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
