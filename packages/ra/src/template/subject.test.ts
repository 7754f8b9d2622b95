import { buildName, nameFromText, nameToText } from '@chancery/pki'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DEFAULT_SUBJECT_RULES, type SubjectForm } from '../profile.ts'
import { subjectFor } from './subject.ts'
import { parseSubjectParts } from './subject-parts.ts'
import { parseSubjectTemplate } from './subject-template.ts'
import { TemplateError } from './template-error.ts'

const CN = '2.5.4.3'
const OU = '2.5.4.11'

type Asked = Partial<Parameters<typeof subjectFor>[1]>

function made(form: SubjectForm, asked: Asked = {}): string {
  const whole = { subject: nameFromText('CN=a'), subjectAltNames: [], transactionId: 'T-1', ...asked }
  return nameToText(subjectFor({ ...DEFAULT_SUBJECT_RULES, form }, whole))
}

const by = (template: string, subject: string, asked: Asked = {}) =>
  made({ from: 'template', template }, { subject: nameFromText(subject), ...asked })

describe('a template of subjects', () => {
  test.each([
    ['CN={request.CN},OU=Printers,O=Example', 'CN=printer1,O=Evil', 'CN=printer1,OU=Printers,O=Example'],
    ['CN={request.serialNumber}-{request.CN},O=a', 'CN=x,serialNumber=7', 'CN=7-x,O=a'],
    ['CN={request.2.5.4.3}', 'CN=x', 'CN=x'],
    ['CN={request.CN},OU={request.OU|Unknown}', 'CN=x', 'CN=x,OU=Unknown'],
    ['CN={request.CN},OU={request.OU|}', 'CN=x', 'CN=x'],
    ['CN={request.CN}', 'CN=first,CN=second', 'CN=first'],
    ['CN={transactionId}', 'CN=x', 'CN=T-1'],
    ['CN={request.CN}+serialNumber={request.CN},O=a\\, b', 'CN=x', 'CN=x+serialNumber=x,O=a\\, b'],
    ['CN=\\7B{request.CN}\\7D', 'CN=x', 'CN={x}'],
  ])('%s makes of %s the subject %s', (template, subject, expected) => {
    expect(by(template, subject)).toBe(expected)
  })

  test('takes values from alternative names too', () => {
    const subjectAltNames = [
      { type: 'dns' as const, value: 'a.example' },
      { type: 'dns' as const, value: 'b.example' },
      { type: 'ip' as const, value: '192.0.2.1' },
    ]
    expect(by('CN={san.dns},OU={san.ip},O={san.upn|none}', 'CN=x', { subjectAltNames })).toBe(
      'CN=a.example,OU=192.0.2.1,O=none',
    )
  })

  test('refuses a request that lacks a value, and says which', () => {
    expect(() => by('CN={request.CN},OU={request.OU}', 'CN=x')).toThrow(
      expect.objectContaining({ reason: 'subject_refused', detail: expect.stringContaining('{request.OU}') }),
    )
  })

  test.each(['x,O=Evil', 'x+OU=y', '#0c0161', 'x\\2cO=Evil', ' x ', '{request.OU}', '"x"', 'x;O=Evil', '\ue000\uf8ff'])(
    'the value %j stays one value of one attribute',
    (value) => {
      const subject = buildName([[{ oid: CN, value }]])
      const form = { from: 'template', template: 'CN={request.CN},O=Example' } as const
      const name = subjectFor({ ...DEFAULT_SUBJECT_RULES, form }, { subject, subjectAltNames: [], transactionId: 'T' })
      expect(name.rdns.map((rdn) => rdn.map((attribute) => attribute.value))).toEqual([['Example'], [value]])
    },
  )

  test('whatever the values are, the shape of the name is the one of the template', () => {
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.stringMatching(/^[#,+="\\{}|]+$/))
    const form = {
      from: 'template',
      template: 'CN=a-{request.CN|x},OU={request.OU|y}+UID={transactionId},O=z',
    } as const
    const rules = { ...DEFAULT_SUBJECT_RULES, form }
    fc.assert(
      fc.property(value, value, fc.string({ minLength: 1 }), (cn, ou, transactionId) => {
        const subject = buildName([[{ oid: OU, value: ou }], [{ oid: CN, value: cn }]])
        const name = subjectFor(rules, { subject, subjectAltNames: [], transactionId })
        expect(name.rdns.map((rdn) => rdn.length)).toEqual([1, 2, 1])
        expect(name.rdns[2]?.[0]?.value).toBe(`a-${cn || 'x'}`)
        expect(nameFromText(nameToText(name)).der).toEqual(name.der)
      }),
      { seed: 26, numRuns: 300 },
    )
  })

  test.each([
    ['CN={request.XX}', '{request.XX} is no placeholder'],
    ['CN={san.rid}', '{san.rid} is no placeholder'],
    ['CN={}', '{} is no placeholder'],
    ['CN={request.CN', '\\7B'],
    ['CN=a}', '\\7B'],
    ['{request.CN}=a', 'keyword'],
    ['CN=#{request.CN}', '#'],
    ['CN={request.CN};O=x', 'at position 16 '],
    ['CN=', 'value'],
    ['CN=\\EE\\80\\80', 'private use'],
    ['', 'empty'],
  ])('%j cannot be read: %s', (template, message) => {
    expect(() => parseSubjectTemplate(template)).toThrow(TemplateError)
    expect(() => parseSubjectTemplate(template)).toThrow(message)
  })

  test('any text is a template or a TemplateError', () => {
    const piece = fc.constantFrom('CN', '=', ',', '+', '#', '\\', '{request.CN}', '{', '}', '|', 'a', '\ue000', ' ')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 15 }), (pieces) => {
        try {
          parseSubjectTemplate(pieces.join(''))
        } catch (error) {
          expect(error).toBeInstanceOf(TemplateError)
        }
      }),
      { seed: 26, numRuns: 1000 },
    )
  })
})

describe('fixed parts of a subject', () => {
  test.each([
    ['O=Example,C=DE', 'CN=x', 'CN=x,O=Example,C=DE'],
    ['O=Example,C=DE', 'C=FR,O=Evil,CN=x', 'CN=x,O=Example,C=DE'],
    ['O=Example', 'CN=x+O=Evil,OU=b', 'CN=x,OU=b,O=Example'],
    ['DC=example,DC=com', 'DC=evil,CN=x', 'CN=x,DC=example,DC=com'],
    ['OU=a,OU=b', 'CN=x,OU=c', 'CN=x,OU=a,OU=b'],
  ])('%s makes of %s the subject %s', (parts, subject, expected) => {
    expect(made({ from: 'parts', parts }, { subject: nameFromText(subject) })).toBe(expected)
  })

  test('what has no text cannot be read', () => {
    for (const text of ['', 'O=', 'XX=a', 'O=#020105']) expect(() => parseSubjectParts(text)).toThrow(TemplateError)
  })

  test('an empty part of the request stays, for the rules to refuse it', () => {
    const subject = { der: Buffer.from('30023100', 'hex'), rdns: [[]] }
    const rules = { ...DEFAULT_SUBJECT_RULES, form: { from: 'parts', parts: 'O=a' } as const }
    expect(
      subjectFor(rules, { subject, subjectAltNames: [], transactionId: 'T' }).rdns.map(({ length }) => length),
    ).toEqual([1, 0])
  })
})

test('as it is asked for, the name is the very same', () => {
  const subject = nameFromText('CN=a')
  const asked = { subject, subjectAltNames: [], transactionId: 'T' }
  expect(subjectFor(DEFAULT_SUBJECT_RULES, asked)).toBe(subject)
})
