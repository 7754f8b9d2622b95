import type { Element } from '../../der/element.ts'
import { DEFAULT_LIMITS } from '../../der/read.ts'
import { TAG } from '../../der/tag.ts'
import { expectTag, oidText, oidValue } from '../../der/value.ts'
import { parseName } from '../../name/name.ts'
import { GENERAL_NAME_TAG, type GeneralName } from './general-name.ts'
import { ipToText } from './ip-address.ts'

/** GeneralNames ::= SEQUENCE OF GeneralName. */
export function parseGeneralNames(e: Element): GeneralName[] {
  return expectTag(e, TAG.sequence, 'general names').children.map(parseGeneralName)
}

export function parseGeneralName(e: Element): GeneralName {
  switch (e.tag) {
    case GENERAL_NAME_TAG.dns:
      return { type: 'dns', value: e.content.toString('latin1') }
    case GENERAL_NAME_TAG.email:
      return { type: 'email', value: e.content.toString('latin1') }
    case GENERAL_NAME_TAG.uri:
      return { type: 'uri', value: e.content.toString('latin1') }
    case GENERAL_NAME_TAG.ip: {
      const value = ipToText(e.content)
      return value === undefined ? { type: 'other', der: e.bytes } : { type: 'ip', value }
    }
    case GENERAL_NAME_TAG.registeredId:
      // The reader does not see that this is an OBJECT IDENTIFIER, so its limit is applied here.
      if (e.content.length > DEFAULT_LIMITS.oidBytes) return { type: 'other', der: e.bytes }
      return { type: 'registeredId', value: oidText(e.content, 'registeredID') }
    case GENERAL_NAME_TAG.directory:
      return { type: 'directory', name: parseName(expectTag(e.children[0], TAG.sequence, 'directoryName')) }
    case GENERAL_NAME_TAG.otherName:
      return otherName(e)
    default:
      return { type: 'other', der: e.bytes }
  }
}

function otherName(e: Element): GeneralName {
  const value = e.children[1]?.tag === EXPLICIT_VALUE ? e.children[1].children[0] : undefined
  if (value === undefined) return { type: 'other', der: e.bytes }
  return { type: 'otherName', oid: oidValue(e.children[0], 'otherName type'), value: value.bytes }
}

const EXPLICIT_VALUE = 0xa0
