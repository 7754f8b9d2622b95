import { randomUUID } from 'node:crypto'
import type { IntuneEmulator } from './emulator.ts'
import { INTUNE_APP_ID } from './graph/discovery.ts'
import { SERVICES } from './service.ts'

/** What a body of JSON came to. */
export interface Heard {
  readonly status: number
  readonly headers: Headers
  readonly body: Readonly<Record<string, unknown>>
}

/** A caller without cache, manners and retries, for the tests of the emulator itself. */
export class Caller {
  readonly #emulator: IntuneEmulator

  constructor(emulator: IntuneEmulator) {
    this.#emulator = emulator
  }

  /** Fields as a product would send them, some of them changed; null: left out. */
  token(changed: Record<string, string | null> = {}, tenant = this.#emulator.tenant.id): Promise<Heard> {
    const { app, secret, resourceUrl, authorityUrl } = this.#emulator
    const usual = {
      client_id: app.clientId,
      client_secret: secret,
      scope: `${resourceUrl}/.default`,
      grant_type: 'client_credentials',
    }
    const fields = Object.entries({ ...usual, ...changed }).flatMap(([name, value]): [string, string][] =>
      value === null ? [] : [[name, value]],
    )
    return heard(
      fetch(`${authorityUrl}${tenant}/oauth2/v2.0/token`, { method: 'POST', body: new URLSearchParams(fields) }),
    )
  }

  async accessToken(scope = `${this.#emulator.resourceUrl}/.default`): Promise<string> {
    return String((await this.token({ scope })).body.access_token)
  }

  async discover(): Promise<Heard> {
    const token = await this.accessToken(`${this.#emulator.graphUrl}.default`)
    const url = `${this.#emulator.graphUrl}v1.0/servicePrincipals/appId=${INTUNE_APP_ID}/endpoints`
    return heard(fetch(url, { headers: { authorization: `Bearer ${token}` } }))
  }

  /** One of the five actions, with the header fields that are right for it unless others are given. */
  async act(action: string, body: unknown, headers: Record<string, string> = {}): Promise<Heard> {
    const { url, tenant } = this.#emulator
    const scep = action.startsWith('ScepActions/')
    const { path } = SERVICES[scep ? 'ScepRequestValidationFEService' : 'PkiConnectorFEService']
    const authorization = headers.authorization ?? `Bearer ${await this.accessToken()}`
    return heard(
      fetch(`${url}/su/${tenant.unit}/${path}/${action}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'client-request-id': randomUUID(),
          'api-version': scep ? '2018-02-20' : '5019-05-05',
          ...headers,
          authorization,
        },
        body: JSON.stringify(body),
      }),
    )
  }

  async validate(csr: Buffer | string, transactionId = 't'): Promise<unknown> {
    return (await this.act('ScepActions/validateRequest', { request: request(csr, transactionId) })).body.code
  }

  async succeeded(csr: Buffer, changed: Record<string, unknown> = {}): Promise<Heard> {
    const usual = {
      ...request(csr),
      certificateThumbprint: 'AB'.repeat(20),
      certificateSerialNumber: '00F1',
      certificateExpirationDateUtc: '2030-01-01T00:00:00.000Z',
      issuingCertificateAuthority: 'CN=Device CA',
      caConfiguration: 'CN=Device CA',
    }
    return this.act('ScepActions/successNotification', { notification: { ...usual, ...changed } })
  }

  async failed(csr: Buffer, changed: Record<string, unknown> = {}): Promise<Heard> {
    const usual = { ...request(csr), hResult: -2147467259, errorDescription: 'Refused' }
    return this.act('ScepActions/failureNotification', { notification: { ...usual, ...changed } })
  }

  async download(parameters: object = { maxRequests: 100, issuerName: null }): Promise<DownloadedItem[]> {
    const action = 'CertificateAuthorityRequests/downloadRevocationRequests'
    const { body } = await this.act(action, { downloadParameters: parameters })
    return body.value as DownloadedItem[]
  }

  upload(results: readonly object[]): Promise<Heard> {
    return this.act('CertificateAuthorityRequests/uploadRevocationResults', { results })
  }
}

export interface DownloadedItem {
  readonly requestContext: string
  readonly serialNumber: string
}

function request(csr: Buffer | string, transactionId = 't') {
  const certificateRequest = typeof csr === 'string' ? csr : csr.toString('base64')
  return { transactionId, certificateRequest, callerInfo: 'Test/1' }
}

async function heard(answer: Promise<Response>): Promise<Heard> {
  const { status, headers, ...rest } = await answer.then(async (one) => ({
    status: one.status,
    headers: one.headers,
    text: await one.text(),
  }))
  return { status, headers, body: JSON.parse(rest.text) }
}
