import { type AuthorityRecord, DEFAULT_CERTIFICATE_SETTINGS, DEFAULT_SUBJECT_RULES } from '@chancery/ra'
import { expect, test } from 'vitest'
import { shapingFaults } from './shaping.ts'

const authority = (kind: AuthorityRecord['kind']): AuthorityRecord => ({
  id: 1,
  uuid: '',
  name: 'corporate',
  kind,
  description: null,
  enabled: true,
  settings: {},
  secrets: undefined,
  requestedCsr: undefined,
  requestedKey: undefined,
})

const AS_ASKED = { subject: DEFAULT_SUBJECT_RULES, certificate: DEFAULT_CERTIFICATE_SETTINGS }
const SHAPED = {
  subject: {
    ...DEFAULT_SUBJECT_RULES,
    form: { from: 'template', template: 'CN={request.CN}' },
    fixedNames: ['URI:urn:example'],
    commonNameAsDns: 'copied',
  },
  certificate: { ...DEFAULT_CERTIFICATE_SETTINGS, certificatePolicies: ['1.2.3'], validUntil: '2030-01-01T00:00:00Z' },
} as const

test('what another CA would never put into a certificate cannot be set, and each field of it is told', () => {
  expect(shapingFaults(SHAPED, authority('scep')).map((fault) => fault.split(' ')[0])).toEqual([
    'template.subject.from',
    'template.subjectAltNames.fixed',
    'template.subjectAltNames.commonName',
    'template.certificatePolicies',
    'template.validUntil',
  ])
})

test('rules that only check are fine there, and the built-in CA shapes what it likes', () => {
  expect(shapingFaults(AS_ASKED, authority('scep'))).toEqual([])
  expect(shapingFaults(SHAPED, authority('built-in'))).toEqual([])
})
