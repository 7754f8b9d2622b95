import { type Name, nameFromText } from '@chancery/pki'
import { type CertificateQuestion, type MessageSigner, selfSignedSigner, type TransactionId } from '@chancery/scep'
import { describe, expect, test } from 'vitest'
import type { Endpoint } from './endpoint.ts'
import { getCertificate } from './get-certificate.ts'
import { getCrl } from './get-crl.ts'
import type { CertificateInventory, CertificateOfLine, InventoryEntry } from './ports.ts'
import { certificateFor, NOW, rsaKey } from './testing/certificate.ts'

const [KEY, NEXT_KEY, OTHER_KEY] = [rsaKey(2048), rsaKey(2048), rsaKey(2048)]
const CA = nameFromText('CN=CA,O=Example')

/** Three certificates of one device, each the successor of the one before, and one of somebody else. */
const HELD = {
  a: { certificate: await certificateFor(KEY, 'CN=printer1', []), serial: '41', predecessor: null },
  b: { certificate: await certificateFor(NEXT_KEY, 'CN=printer1', []), serial: '0080', predecessor: 'a' },
  c: {
    certificate: await certificateFor(rsaKey(2048), 'CN=printer1', []),
    serial: `0080${'00'.repeat(18)}01`,
    predecessor: 'b',
  },
  x: { certificate: await certificateFor(OTHER_KEY, 'CN=printer2', []), serial: '42', predecessor: null },
} as const
type Held = keyof typeof HELD

function inventory(revoked: readonly Held[] = []): CertificateInventory {
  const ofLine = (uuid: Held): CertificateOfLine => {
    const { certificate, predecessor } = HELD[uuid]
    return { uuid, der: certificate.der, keyDigest: certificate.publicKey.digest(), predecessor }
  }
  const find = (matches: (uuid: Held) => boolean) => (Object.keys(HELD) as Held[]).find(matches)
  return {
    async findByDigest(digest) {
      const uuid = find((one) => HELD[one].certificate.digest().equals(digest))
      if (uuid === undefined) return undefined
      const state: InventoryEntry['state'] = revoked.includes(uuid) ? 'revoked' : 'issued'
      return { uuid, der: HELD[uuid].certificate.der, issuerId: 1, state, endpoint: null, raProfileId: 1 }
    },
    async findBySerial(issuerId, serial) {
      const uuid = find((one) => issuerId === 1 && HELD[one].serial === serial)
      return uuid === undefined ? undefined : ofLine(uuid)
    },
    findInLine: async (uuid) => ofLine(uuid as Held),
    hasValid: async () => false,
  }
}

const endpoint = (issuerNames: ReadonlyMap<number, Name> = new Map([[1, CA]])) => ({ issuerNames }) as Endpoint

const signedBy = (held: Held): MessageSigner => ({ certificate: HELD[held].certificate, selfSigned: false })
const selfSigned = async (key: typeof KEY): Promise<MessageSigner> => ({
  certificate: await selfSignedSigner(nameFromText('CN=anything'), key, NOW),
  selfSigned: true,
})

function question(
  messageType: CertificateQuestion['messageType'],
  serial: string,
  signer: MessageSigner,
  issuer = CA,
): CertificateQuestion {
  const transactionId = 'T-1' as TransactionId
  return {
    messageType,
    transactionId,
    senderNonce: undefined,
    signer,
    issuer,
    serialNumber: Buffer.from(serial, 'hex'),
    replyTo: { transactionId, senderNonce: undefined, messageType: '21', digest: 'sha256' },
    legacy: [],
  }
}

const UNKNOWN = { reason: 'certificate_unknown', failInfo: 'badCertId' }

describe('GetCert', () => {
  const ask = (
    serial: string,
    signer: MessageSigner,
    options: { allowed?: 'own' | 'any' | 'off'; issuer?: Name; revoked?: Held[] } = {},
  ) => {
    const { allowed = 'own', issuer = CA, revoked = [] } = options
    const asked = question('GetCert', serial, signer, issuer)
    return getCertificate(asked, endpoint(), { inventory: inventory(revoked) }, allowed)
  }

  test('S-4.5-02 delivers the certificate with this issuer and serial number, the issuer in any case and spelling', async () => {
    expect(await ask('41', signedBy('a'))).toEqual(HELD.a.certificate.der)
    expect(await ask('41', signedBy('a'), { issuer: nameFromText('CN=ca,O= EXAMPLE ') })).toEqual(
      HELD.a.certificate.der,
    )
  })

  test('S-2.3-17 S-2.6-01 a self-signed signer with the key of the certificate may have it', async () => {
    expect(await ask('41', await selfSigned(KEY))).toEqual(HELD.a.certificate.der)
    await expect(ask('41', await selfSigned(NEXT_KEY))).rejects.toMatchObject(UNKNOWN)
  })

  test('S-2.6-01 a device may have its certificates from before and after, another device’s it may not', async () => {
    expect(await ask('41', signedBy('c'))).toEqual(HELD.a.certificate.der)
    expect(await ask(HELD.c.serial, signedBy('a'))).toEqual(HELD.c.certificate.der)
    await expect(ask('42', signedBy('a'))).rejects.toMatchObject(UNKNOWN)
    expect(await ask('42', signedBy('a'), { allowed: 'any' })).toEqual(HELD.x.certificate.der)
  })

  test('S-2.6-01 a revoked certificate speaks for its key and no longer for its line', async () => {
    const revoked: Held[] = ['a']
    expect(await ask('41', signedBy('a'), { revoked })).toEqual(HELD.a.certificate.der)
    await expect(ask('0080', signedBy('a'), { revoked })).rejects.toMatchObject(UNKNOWN)
  })

  test('S-3.3.4-02 serial numbers are compared as numbers', async () => {
    const signer = signedBy('c')
    expect(await ask('000041', signer)).toEqual(HELD.a.certificate.der)
    expect(await ask('00000080', signer)).toEqual(HELD.b.certificate.der)
    expect(await ask(HELD.c.serial, signer), '2¹⁵⁹ + 1').toEqual(HELD.c.certificate.der)
    for (const none of ['ff', '80', 'bf', '', '00', '7f'.repeat(4_000)]) {
      await expect(ask(none, signer)).rejects.toMatchObject(UNKNOWN)
    }
  })

  test('S-4.5-03 S-3.2.1.4-15 an unknown serial number and a foreign issuer are badCertId, also where any may be asked for', async () => {
    for (const allowed of ['own', 'any'] as const) {
      await expect(ask('43', signedBy('a'), { allowed })).rejects.toMatchObject(UNKNOWN)
      const foreign = { allowed, issuer: nameFromText('CN=Another CA') }
      await expect(ask('41', signedBy('a'), foreign)).rejects.toMatchObject(UNKNOWN)
      await expect(ask('41', signedBy('a'), { allowed, issuer: nameFromText('') })).rejects.toMatchObject(UNKNOWN)
    }
  })

  test('S-3.3.4-03 switched off it is badRequest', async () => {
    await expect(ask('41', signedBy('a'), { allowed: 'off' })).rejects.toMatchObject({
      reason: 'unsupported_message_type',
      failInfo: 'badRequest',
    })
  })
})

describe('GetCRL', () => {
  const crl = (text: string) => ({ der: Buffer.from(text) })

  async function ask(
    serial: string,
    options: {
      issuer?: Name
      names?: ReadonlyMap<number, Name>
      crls?: Record<number, { der: Buffer }>
      allowed?: boolean
    } = {},
  ): Promise<string> {
    const { issuer = CA, names, crls = { 1: crl('first'), 2: crl('second') }, allowed = true } = options
    const asked = question('GetCRL', serial, await selfSigned(OTHER_KEY), issuer)
    const ports = { inventory: inventory(), crls: { newest: async (id: number) => crls[id] } }
    return (await getCrl(asked, endpoint(names), ports, allowed)).toString()
  }

  test('S-4.6-02 S-2.3-17 whoever asks gets the CRL of the issuer, also under a serial number that nobody has', async () => {
    expect(await ask('41')).toBe('first')
    expect(await ask('00ffffff')).toBe('first')
    expect(await ask('ff')).toBe('first')
  })

  test('of generations with one name the serial number tells which, and without it the current one is meant', async () => {
    const names = new Map([
      [2, CA],
      [1, CA],
    ])
    expect(await ask('41', { names })).toBe('first')
    expect(await ask('77', { names })).toBe('second')
    expect(await ask('77', { names, crls: { 1: crl('first') } })).toBe('first')
    await expect(ask('41', { names, crls: { 2: crl('second') } })).rejects.toMatchObject(UNKNOWN)
  })

  test('S-4.6-02 S-3.2.1.4-15 a foreign issuer, and a CA without a CRL, are badCertId', async () => {
    await expect(ask('41', { issuer: nameFromText('CN=Another CA') })).rejects.toMatchObject(UNKNOWN)
    await expect(ask('41', { crls: {} })).rejects.toMatchObject(UNKNOWN)
  })

  test('S-3.3.4-03 D-2.7-01 switched off it is badRequest', async () => {
    await expect(ask('41', { allowed: false })).rejects.toMatchObject({
      reason: 'unsupported_message_type',
      failInfo: 'badRequest',
    })
  })
})
