import { randomBytes, randomUUID } from 'node:crypto'

export interface Tenant {
  readonly id: string
  readonly domains: readonly string[]
  /** The scale unit that its Intune services live in. */
  unit: string
  /** Units it was moved away from, with the status that they answer now. */
  readonly left: Map<string, number>
}

export interface App {
  readonly tenant: string
  readonly clientId: string
  readonly objectId: string
  readonly secrets: AppSecret[]
  /** DER of registered certificates. */
  readonly certificates: Buffer[]
  readonly grants: Grants
}

export interface AppSecret {
  readonly value: string
  readonly notAfter: Date | null
}

/** Application roles with consent; a token gets those of the moment at which it is made. */
export interface Grants {
  graph: string[]
  intune: string[]
}

export interface NewTenant {
  readonly id?: string
  readonly domains?: readonly string[]
}

export interface NewApp {
  /** The emulator's first one if left out. */
  readonly tenant?: string
  readonly clientId?: string
  readonly secrets?: readonly { readonly value: string; readonly notAfter?: Date | null }[]
  readonly certificates?: readonly Buffer[]
  readonly grants?: Partial<Grants>
}

export const DEFAULT_GRANTS: Readonly<Grants> = {
  graph: ['Application.Read.All'],
  intune: ['scep_challenge_provider'],
}

/** The tenants and app registrations of Entra. */
export class Directory {
  readonly tenants: Tenant[] = []
  readonly apps: App[] = []
  #units = 0

  addTenant({ id = randomUUID(), domains = [] }: NewTenant): Tenant {
    const tenant = { id, domains, unit: this.#nextUnit(), left: new Map<string, number>() }
    this.tenants.push(tenant)
    return tenant
  }

  addApp(wanted: NewApp & { readonly tenant: string }): App {
    const { tenant, clientId = randomUUID(), secrets = [], certificates = [], grants } = wanted
    const app: App = {
      tenant,
      clientId,
      objectId: randomUUID(),
      secrets: secrets.map(({ value, notAfter = null }) => ({ value, notAfter })),
      certificates: [...certificates],
      grants: structuredClone({ ...DEFAULT_GRANTS, ...grants }),
    }
    this.apps.push(app)
    return app
  }

  /** By GUID or verified domain. */
  tenant(name: string): Tenant | undefined {
    const wanted = name.toLowerCase()
    return this.tenants.find(({ id, domains }) => [id, ...domains].some((one) => one.toLowerCase() === wanted))
  }

  app(tenant: Tenant, clientId: string): App | undefined {
    return this.apps.find((app) => app.tenant === tenant.id && app.clientId.toLowerCase() === clientId.toLowerCase())
  }

  /** To another scale unit; the old one answers with `status` from now on. */
  move(tenant: Tenant, status: number): void {
    tenant.left.set(tenant.unit, status)
    tenant.unit = this.#nextUnit()
  }

  #nextUnit(): string {
    this.#units += 1
    return `msuc${String(this.#units).padStart(2, '0')}`
  }
}

/** As Entra shows it once. */
export const newSecretValue = (): string => randomBytes(30).toString('base64url')
