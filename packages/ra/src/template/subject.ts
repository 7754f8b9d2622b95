import { attributeTypeByOid, type GeneralName, type Name, PkiError } from '@chancery/pki'
import { ScepError } from '@chancery/scep'
import { nameType, nameValue } from '../name-type.ts'
import type { SubjectRules } from '../profile.ts'
import { parseSubjectParts, withParts } from './subject-parts.ts'
import { fillSubject, parseSubjectTemplate, type Source } from './subject-template.ts'

/** What a subject is made of. */
export interface AskedNames {
  readonly subject: Name
  readonly subjectAltNames: readonly GeneralName[]
  readonly transactionId: string
}

/** The subject that a request gets under the rules of a profile. @throws {ScepError} `subject_refused` */
export function subjectFor(rules: SubjectRules, asked: AskedNames): Name {
  if (rules.form.from === 'request') return asked.subject
  const known = made.get(rules) ?? maker(rules)
  made.set(rules, known)
  return known(asked)
}

/** Read once for each configuration. */
const made = new WeakMap<SubjectRules, (asked: AskedNames) => Name>()

function maker({ form }: SubjectRules): (asked: AskedNames) => Name {
  switch (form.from) {
    case 'request':
      return ({ subject }) => subject
    case 'parts': {
      const parts = parseSubjectParts(form.parts)
      return ({ subject }) => withParts(parts, subject)
    }
    case 'template': {
      const template = parseSubjectTemplate(form.template)
      return (asked) => {
        const filled = encodable(() => fillSubject(template, (source) => textOf(source, asked)))
        if ('name' in filled) return filled.name
        throw new ScepError('subject_refused', {
          detail: `the template of the subject needs ${filled.missing}, and the request has none`,
        })
      }
    }
  }
}

function textOf(source: Source, { subject, subjectAltNames, transactionId }: AskedNames): string | undefined {
  switch (source.from) {
    case 'transactionId':
      return transactionId
    case 'san': {
      const name = subjectAltNames.find((one) => nameType(one) === source.type)
      return name === undefined ? undefined : nameValue(name)
    }
    case 'request':
      // The last of the encoding is the first that is read.
      return subject.rdns
        .toReversed()
        .flat()
        .find(({ oid }) => oid === source.oid)?.value
  }
}

function encodable<T>(work: () => T): T {
  try {
    return work()
  } catch (cause) {
    if (!(cause instanceof PkiError)) throw cause
    throw new ScepError('subject_refused', { detail: `the subject cannot be written: ${cause.message}`, cause })
  }
}

/** `CN`, or the identifier where there is no keyword. */
export function attributeKeyword(oid: string): string {
  return attributeTypeByOid(oid)?.keyword ?? oid
}
