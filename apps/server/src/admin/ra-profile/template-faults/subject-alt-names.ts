import { NAME_TYPES, type TemplateUpdate } from '@chancery/api'
import { type GeneralName, generalNameFromText } from '@chancery/pki'
import {
  isSecurityIdentifier,
  isWellFormed,
  nameType,
  parseNetwork,
  parsePattern,
  parseSubjectTemplate,
  type SubjectAltNameType,
  type SubjectRules,
  TemplateError,
} from '@chancery/ra'
import type { TemplateSettings } from '../template.ts'
import { faultOf, quoted } from './fault.ts'

/** What is wrong about the rules of alternative names. */
export const subjectAltNameFaults = {
  unreadable({ subjectAltNames: { patterns = {}, fixed = [] } = {} }: TemplateUpdate): string[] {
    return [
      ...NAME_TYPES.flatMap((type) =>
        (patterns[type] ?? []).flatMap((text) =>
          faultOf(`${quoted(text)} of subjectAltNames.patterns.${type}`, () =>
            type === 'ip' ? parseNetwork(text) : parsePattern(text),
          ),
        ),
      ),
      ...fixed.flatMap((text) => faultOf(`${quoted(text)} of subjectAltNames.fixed`, () => fixedName(text))),
    ]
  },

  contradictory({ subject }: TemplateSettings): string[] {
    const { subjectAltNames: types, requiredNames, fixedNames, commonNameAsDns } = subject
    const had = new Set([...types, ...fixedNames.map((text) => nameType(generalNameFromText(text)))])
    return [
      ...requiredNames
        .filter((type) => !had.has(type))
        .map((type) => `subjectAltNames.required has ${type}, which subjectAltNames.types lacks.`),
      ...(commonNameAsDns !== 'ignored' && !had.has('dns')
        ? [`subjectAltNames.commonName is ${commonNameAsDns}, which needs dns in subjectAltNames.types.`]
        : []),
      ...typesNeeded(subject)
        .filter((type) => !types.includes(type))
        .map((type) => `subject.template needs {san.${type}}, and subjectAltNames.types lacks ${type}.`),
    ]
  },
}

function fixedName(text: string): GeneralName {
  const name = generalNameFromText(text)
  const type = nameType(name)
  if (type === undefined) throw new TemplateError('a fixed name is written DNS:…, email:…, URI:…, IP:… or UPN:…')
  if (!isWellFormed(name)) throw new TemplateError('it is malformed')
  if (isSecurityIdentifier(name)) throw new TemplateError('Active Directory takes it for an account')
  return name
}

/** Types of names without which the template of the subject refuses. */
function typesNeeded({ form }: SubjectRules): SubjectAltNameType[] {
  // One that is still missing is told with the subject.
  if (form.from !== 'template' || form.template === '') return []
  const pieces = parseSubjectTemplate(form.template)
    .flat()
    .flatMap((attribute) => attribute.pieces)
  const needed = pieces.flatMap((piece) =>
    typeof piece === 'object' && piece.fallback === undefined && piece.source.from === 'san' ? [piece.source.type] : [],
  )
  return [...new Set(needed)]
}
