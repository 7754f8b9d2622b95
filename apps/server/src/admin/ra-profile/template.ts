import { isDeepStrictEqual } from 'node:util'
import type { Template, TemplateUpdate } from '@chancery/api'
import type { CertificateSettings, KeyRules, RaProfile, RaProfileChange, SubjectForm, SubjectRules } from '@chancery/ra'
import { certificateFaults } from './template-faults/certificate.ts'
import { keyFaults } from './template-faults/keys.ts'
import { subjectFaults } from './template-faults/subject.ts'
import { subjectAltNameFaults } from './template-faults/subject-alt-names.ts'
import { attributeOid, attributeWord, purposeOid, purposeWord } from './template-word.ts'

/** The settings that a template is. */
export type TemplateSettings = Pick<RaProfile, 'certificate' | 'subject' | 'keys'>

/**
 * All that is wrong about a template, and what of it cannot work together with what stays as it is.
 * @param before of the RA profile, or the defaults for a new one
 */
export function templateFaults(update: TemplateUpdate, before: TemplateSettings, now: Date): string[] {
  const unreadable = [...subjectFaults.unreadable(update), ...subjectAltNameFaults.unreadable(update)]
  const faults = [...unreadable, ...certificateFaults.unreadable(update, before, now)]
  if (faults.length > 0) return faults
  const after = { ...before, ...templateChange(before, update) }
  return [
    ...subjectFaults.contradictory(update, after),
    ...subjectAltNameFaults.contradictory(after),
    ...keyFaults(after),
    ...certificateFaults.contradictory(after),
  ]
}

/** What a template without faults changes; what comes out as it was is not in it. */
export function templateChange(
  before: TemplateSettings,
  update: TemplateUpdate,
): Pick<RaProfileChange, 'certificate' | 'subject' | 'keys'> {
  const { subject, subjectAltNames, keys, ...certificate } = update
  const after = {
    subject: subjectAfter(before.subject, { subject, subjectAltNames }),
    keys: { ...before.keys, ...given<KeyRules>(keys ?? {}) },
    certificate: certificateAfter(before.certificate, certificate),
  }
  return {
    ...(!isDeepStrictEqual(after.subject, before.subject) && { subject: after.subject }),
    ...(!isDeepStrictEqual(after.keys, before.keys) && { keys: after.keys }),
    ...(!isDeepStrictEqual(after.certificate, before.certificate) && { certificate: after.certificate }),
  }
}

export function templateToWire({ certificate, subject, keys }: TemplateSettings): Template {
  const { form, namePatterns } = subject
  return {
    subject: {
      from: form.from,
      template: form.from === 'template' ? form.template : null,
      parts: form.from === 'parts' ? form.parts : null,
      required: subject.subjectRequired,
      allowedAttributes: subject.allowedAttributes?.map(attributeWord) ?? null,
      requiredAttributes: subject.requiredAttributes.map(attributeWord),
      commonNamePatterns: [...subject.commonNamePatterns],
    },
    subjectAltNames: {
      types: [...subject.subjectAltNames],
      most: subject.maximumNames,
      required: [...subject.requiredNames],
      fixed: [...subject.fixedNames],
      commonName: subject.commonNameAsDns,
      patterns: {
        dns: [...(namePatterns.dns ?? [])],
        email: [...(namePatterns.email ?? [])],
        uri: [...(namePatterns.uri ?? [])],
        ip: [...(namePatterns.ip ?? [])],
        upn: [...(namePatterns.upn ?? [])],
      },
    },
    keys: { ...keys, curves: [...keys.curves] },
    validityDays: certificate.validityDays,
    validUntil: certificate.validUntil,
    backdateSeconds: certificate.backdateSeconds,
    keyUsage: certificate.keyUsage === 'auto' ? 'auto' : [...certificate.keyUsage],
    extendedKeyUsage: certificate.extendedKeyUsage.map(purposeWord),
    allowRestrictedPurposes: certificate.allowRestrictedPurposes.map(purposeWord),
    certificatePolicies: [...certificate.certificatePolicies],
    extensions: [...certificate.allowedExtensions],
  }
}

function subjectAfter(
  before: SubjectRules,
  {
    subject = {},
    subjectAltNames: names = {},
  }: Pick<{ [K in keyof TemplateUpdate]: TemplateUpdate[K] | undefined }, 'subject' | 'subjectAltNames'>,
): SubjectRules {
  return {
    ...before,
    form: formAfter(before.form, subject),
    ...given<SubjectRules>({
      subjectRequired: subject.required,
      allowedAttributes: subject.allowedAttributes === null ? null : subject.allowedAttributes?.map(oid),
      requiredAttributes: subject.requiredAttributes?.map(oid),
      commonNamePatterns: subject.commonNamePatterns,
      subjectAltNames: names.types,
      maximumNames: names.most,
      requiredNames: names.required,
      fixedNames: names.fixed,
      commonNameAsDns: names.commonName,
      namePatterns: names.patterns === undefined ? undefined : patternsAfter(before.namePatterns, names.patterns),
    }),
  }
}

/** A type without patterns has no entry. */
function patternsAfter(
  before: SubjectRules['namePatterns'],
  update: Readonly<Record<string, readonly string[]>>,
): SubjectRules['namePatterns'] {
  return Object.fromEntries(Object.entries({ ...before, ...update }).filter(([, patterns]) => patterns.length > 0))
}

/** Who gives a template or parts means them, without saying so once more. */
function formAfter(before: SubjectForm, subject: NonNullable<TemplateUpdate['subject']>): SubjectForm {
  const implied = subject.template != null ? 'template' : subject.parts != null ? 'parts' : before.from
  switch (subject.from ?? implied) {
    case 'request':
      return { from: 'request' }
    case 'template':
      return { from: 'template', template: subject.template ?? (before.from === 'template' ? before.template : '') }
    case 'parts':
      return { from: 'parts', parts: subject.parts ?? (before.from === 'parts' ? before.parts : '') }
  }
}

type CertificateUpdate = Omit<TemplateUpdate, 'subject' | 'subjectAltNames' | 'keys'>

function certificateAfter(before: CertificateSettings, update: CertificateUpdate): CertificateSettings {
  const { validUntil, extendedKeyUsage, allowRestrictedPurposes, extensions, ...same } = update
  return {
    ...before,
    ...given<CertificateSettings>({
      ...same,
      validUntil: validUntil == null ? validUntil : new Date(validUntil).toISOString(),
      extendedKeyUsage: extendedKeyUsage?.map((word) => purposeOid(word) ?? word),
      allowRestrictedPurposes: allowRestrictedPurposes?.map((word) => purposeOid(word) ?? word),
      allowedExtensions: extensions?.map(({ oid: extension, critical = false }) => ({ oid: extension, critical })),
    }),
  }
}

function oid(word: string): string {
  return attributeOid(word) ?? word
}

/** What was named; what was left out is no value. */
function given<T>(values: { readonly [K in keyof T]?: T[K] | undefined }): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>
}
