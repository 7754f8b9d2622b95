import {
  buildCertificationRequest,
  buildExtension,
  buildSubjectAltName,
  type GeneralName,
  nameFromText,
  nameToText,
  parseCertificationRequest,
} from '@chancery/pki'
import type { TransactionId } from '@chancery/scep'
import { describe, expect, test } from 'vitest'
import type { Endpoint } from '../endpoint.ts'
import { enrol } from '../enrol.ts'
import { type EnrolmentRequest, readEnrolmentRequest } from '../enrolment-request.ts'
import { checkRules } from '../judge.ts'
import type { CertificateSettings, KeyRules, SubjectRules } from '../profile.ts'
import { certificateFor, DAY, NOW } from '../testing/certificate.ts'
import { KEY_A, KEY_B, message, setUp } from '../testing/world.ts'

interface Asked {
  readonly subject?: string
  readonly names?: GeneralName[]
  readonly extensions?: Buffer[]
  readonly rules?: Partial<SubjectRules>
  readonly keys?: Partial<KeyRules>
  readonly certificate?: Partial<CertificateSettings>
}

const { endpoint: ENDPOINT, ports: PORTS } = setUp()
const dns = (value: string): GeneralName => ({ type: 'dns', value })

function endpointWith({ rules, keys, certificate }: Asked): Endpoint {
  const { raProfile } = ENDPOINT
  return {
    ...ENDPOINT,
    raProfile: {
      ...raProfile,
      subject: { ...raProfile.subject, ...rules },
      keys: { ...raProfile.keys, ...keys },
      certificate: { ...raProfile.certificate, ...certificate },
    },
  }
}

async function asked(options: Asked, key = KEY_A): Promise<Parameters<typeof readEnrolmentRequest>[0]> {
  const { subject = 'CN=printer1.example', names = [], extensions = [] } = options
  const csr = await buildCertificationRequest({
    subject: nameFromText(subject),
    key,
    extensions: [...(names.length === 0 ? [] : [buildSubjectAltName(names, false)]), ...extensions],
  })
  const transactionId = 'T' as TransactionId
  return { messageType: 'PKCSReq', transactionId, csr: parseCertificationRequest(csr), challengePassword: undefined }
}

async function judged(options: Asked): Promise<EnrolmentRequest> {
  const request = readEnrolmentRequest(await asked(options), endpointWith(options), { renews: undefined }, NOW)
  checkRules(request)
  return request
}

const refused = (reason: string, detail: RegExp) =>
  expect.objectContaining({ reason, detail: expect.stringMatching(detail) })

describe('a profile refuses', () => {
  const tlsFeature = buildExtension('1.3.6.1.5.5.7.1.24', false, Buffer.from('3003020105', 'hex'))
  const allowed = { allowedExtensions: [{ oid: '1.3.6.1.5.5.7.1.24', critical: false }] }
  test.each<[string, Asked, string, RegExp]>([
    ['an attribute that it does not allow', { rules: { allowedAttributes: [] } }, 'subject_refused', /no attribute CN/],
    [
      'a subject without a required one',
      { rules: { requiredAttributes: ['2.5.4.10'] } },
      'subject_refused',
      /O is missing/,
    ],
    [
      'a common name of no pattern',
      { rules: { commonNamePatterns: ['router-*'] } },
      'subject_refused',
      /"printer1.example" matches none of router-\*/,
    ],
    [
      'a DNS name of no pattern',
      { names: [dns('a.example'), dns('a.evil')], rules: { namePatterns: { dns: ['*.example'] } } },
      'subject_alt_name_refused',
      /DNS:a.evil matches none/,
    ],
    [
      'an address of no network',
      { names: [{ type: 'ip', value: '10.0.0.1' }], rules: { namePatterns: { ip: ['192.0.2.0/24'] } } },
      'subject_alt_name_refused',
      /IP:10.0.0.1 matches none/,
    ],
    [
      'a copied common name of no pattern',
      { rules: { commonNameAsDns: 'copied', namePatterns: { dns: ['*.other'] } } },
      'subject_alt_name_refused',
      /DNS:printer1.example matches none/,
    ],
    ['a request without a required name', { rules: { requiredNames: ['ip'] } }, 'subject_alt_name_refused', /type ip/],
    [
      'a common name that is no DNS name',
      { names: [dns('a.example')], rules: { commonNameAsDns: 'required' } },
      'subject_alt_name_refused',
      /not among/,
    ],
    ['RSA where it takes none', { keys: { rsa: false } }, 'key_refused', /RSA keys are switched off/],
    [
      'the same extension twice',
      { extensions: [tlsFeature, tlsFeature], certificate: allowed },
      'enrolment_refused',
      /requested twice/,
    ],
    [
      'an extension without measure',
      { extensions: [buildExtension('1.3.6.1.5.5.7.1.24', false, Buffer.alloc(1025))], certificate: allowed },
      'enrolment_refused',
      /longer than 1024/,
    ],
    [
      'everything after its last day',
      { certificate: { validUntil: new Date(NOW.getTime() - DAY).toISOString() } },
      'enrolment_refused',
      /is past/,
    ],
  ])('%s', async (_what, options, reason, detail) => {
    await expect(judged(options)).rejects.toEqual(refused(reason, detail))
  })
})

test('what keeps all rules passes, and the template decides the subject', async () => {
  const request = await judged({
    subject: 'CN=printer1.example,O=Evil',
    names: [dns('printer1.example')],
    rules: {
      form: { from: 'template', template: 'CN={request.CN},O=Example' },
      allowedAttributes: ['2.5.4.3', '2.5.4.10'],
      commonNamePatterns: ['*.example'],
      namePatterns: { dns: ['*.example'] },
      requiredNames: ['dns'],
      commonNameAsDns: 'required',
    },
  })
  expect(nameToText(request.subject)).toBe('CN=printer1.example,O=Example')
})

test('a challenge is asked for the subject and the names that would be issued, but for those of the profile', async () => {
  const rules: Partial<SubjectRules> = {
    form: { from: 'template', template: 'CN={request.CN},O=Example' },
    commonNameAsDns: 'copied',
    fixedNames: ['URI:urn:example:printer'],
  }
  const seen: string[] = []
  const where: Endpoint = {
    ...endpointWith({ rules }),
    challenge: {
      validate({ subject, subjectAltNames }) {
        seen.push(nameToText(subject), ...subjectAltNames.map((name) => ('value' in name ? String(name.value) : '')))
        return { verdict: 'refused', detail: 'no' }
      },
    },
  }
  await expect(enrol(await message({ subject: 'CN=a.example' }), where, PORTS, NOW)).rejects.toThrow()
  expect(seen).toEqual(['CN=a.example,O=Example', 'a.example'])
})

describe('a renewal under a template', () => {
  const form = { from: 'template', template: 'CN={request.CN},O=Example' } as const
  const renewal = async (subject: string) => {
    const certificate = await certificateFor(KEY_A, 'CN=p,O=Example', [])
    const entry = {
      uuid: 'old',
      der: certificate.der,
      issuerId: 1,
      state: 'issued' as const,
      endpoint: ENDPOINT.address,
      raProfileId: 1,
    }
    const late = new Date(certificate.notAfter.getTime() - DAY)
    const options = { subject, rules: { form } }
    const request = readEnrolmentRequest(
      await asked(options, KEY_B),
      endpointWith(options),
      { renews: { certificate, entry } },
      late,
    )
    checkRules(request)
    return nameToText(request.subject)
  }

  test('keeps the name as it was certified, whether it is asked for so or as the first time', async () => {
    expect(await renewal('CN=p,O=Example')).toBe('CN=p,O=Example')
    expect(await renewal('CN=p')).toBe('CN=p,O=Example')
  })

  test('of another name is refused', async () => {
    await expect(renewal('CN=q')).rejects.toEqual(refused('renewal_refused', /another subject/))
    await expect(renewal('O=x')).rejects.toEqual(refused('renewal_refused', /another subject/))
  })
})
