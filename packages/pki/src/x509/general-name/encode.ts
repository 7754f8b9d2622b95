import { readElement } from '../../der/read.ts'
import { encode, explicit, oid, sequence } from '../../der/write.ts'
import { PkiError } from '../../pki-error.ts'
import { GENERAL_NAME_TAG, type GeneralName } from './general-name.ts'
import { ipFromText } from './ip-address.ts'

export function buildGeneralNames(names: readonly GeneralName[]): Buffer {
  return sequence(...names.map(encodeGeneralName))
}

/** @throws {PkiError} when the text has characters beyond IA5String, or is no address */
export function encodeGeneralName(name: GeneralName): Buffer {
  switch (name.type) {
    case 'dns':
    case 'email':
    case 'uri':
      return encode(GENERAL_NAME_TAG[name.type], ia5(name.value))
    case 'ip': {
      const octets = ipFromText(name.value)
      if (octets === undefined) throw new PkiError('ERR_PKI_INVALID', 'not an IP address')
      return encode(GENERAL_NAME_TAG.ip, octets)
    }
    case 'directory':
      return encode(GENERAL_NAME_TAG.directory, name.name.der)
    case 'otherName':
      return encode(GENERAL_NAME_TAG.otherName, oid(name.oid), explicit(0, name.value))
    case 'registeredId':
      return encode(GENERAL_NAME_TAG.registeredId, readElement(oid(name.value)).content)
    case 'other':
      return name.der
  }
}

function ia5(text: string): Buffer {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 0x7f)
      throw new PkiError('ERR_PKI_INVALID', 'alternative name has a character that is not ASCII')
  }
  return Buffer.from(text, 'latin1')
}
