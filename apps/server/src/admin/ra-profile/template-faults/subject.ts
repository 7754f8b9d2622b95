import type { TemplateUpdate } from '@chancery/api'
import { parsePattern, parseSubjectParts, parseSubjectTemplate } from '@chancery/ra'
import type { TemplateSettings } from '../template.ts'
import { attributeOid, attributeWord } from '../template-word.ts'
import { faultOf, quoted } from './fault.ts'

/** What is wrong about the rules of subjects. */
export const subjectFaults = {
  unreadable({ subject = {} }: TemplateUpdate): string[] {
    const { template, parts, allowedAttributes, requiredAttributes = [], commonNamePatterns = [] } = subject
    return [
      ...(template == null ? [] : faultOf('subject.template', () => parseSubjectTemplate(template))),
      ...(parts == null ? [] : faultOf('subject.parts', () => parseSubjectParts(parts))),
      ...unknownAttributes('subject.allowedAttributes', allowedAttributes ?? []),
      ...unknownAttributes('subject.requiredAttributes', requiredAttributes),
      ...commonNamePatterns.flatMap((pattern) =>
        faultOf(`Pattern ${quoted(pattern)} of subject.commonNamePatterns`, () => parsePattern(pattern)),
      ),
    ]
  },

  contradictory({ subject: update = {} }: TemplateUpdate, { subject }: TemplateSettings): string[] {
    const { form, allowedAttributes, requiredAttributes } = subject
    const text = form.from === 'template' ? form.template : form.from === 'parts' ? form.parts : undefined
    if (text === '') return [`subject.from is ${form.from}, so subject.${form.from} is needed.`]
    const stray = (['template', 'parts'] as const).filter((name) => update[name] != null && form.from !== name)
    if (stray.length > 0) return stray.map((name) => `subject.${name} is only for subject.from "${name}".`)
    const made = attributesMade(subject)
    return [
      ...requiredAttributes
        .filter((oid) => allowedAttributes !== null && !allowedAttributes.includes(oid))
        .map((oid) => `subject.requiredAttributes has ${attributeWord(oid)}, which subject.allowedAttributes lacks.`),
      ...[...made]
        .filter((oid) => allowedAttributes !== null && !allowedAttributes.includes(oid))
        .map((oid) => `subject.${form.from} makes ${attributeWord(oid)}, which subject.allowedAttributes lacks.`),
      ...requiredAttributes
        .filter((oid) => form.from === 'template' && !made.has(oid))
        .map((oid) => `subject.requiredAttributes has ${attributeWord(oid)}, which subject.template never makes.`),
    ]
  },
}

/** OIDs of what the profile itself puts into a subject. */
function attributesMade({ form }: TemplateSettings['subject']): ReadonlySet<string> {
  switch (form.from) {
    case 'request':
      return new Set()
    case 'template':
      return new Set(
        parseSubjectTemplate(form.template)
          .flat()
          .map(({ oid }) => oid),
      )
    case 'parts':
      return parseSubjectParts(form.parts).types
  }
}

function unknownAttributes(what: string, words: readonly string[]): string[] {
  return words
    .filter((word) => attributeOid(word) === undefined)
    .map((word) => `${what} has ${quoted(word)}, which is neither a keyword such as CN nor an object identifier.`)
}
