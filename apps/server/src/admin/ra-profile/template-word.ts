import { PURPOSES } from '@chancery/ca'
import { attributeTypeByKeyword, attributeTypeByOid, der } from '@chancery/pki'

/** `CN` or an object identifier; undefined: neither. */
export function attributeOid(word: string): string | undefined {
  const oid = attributeTypeByKeyword(word)?.oid ?? word
  return der.isOid(oid) ? oid : undefined
}

export function attributeWord(oid: string): string {
  return attributeTypeByOid(oid)?.keyword ?? oid
}

/** `clientAuth` or an object identifier; undefined: neither. */
export function purposeOid(word: string): string | undefined {
  const oid = byName.get(word.toLowerCase()) ?? word
  return der.isOid(oid) ? oid : undefined
}

const byName = new Map([...PURPOSES].map(([oid, { name }]) => [name.toLowerCase(), oid]))

export function purposeWord(oid: string): string {
  return PURPOSES.get(oid)?.name ?? oid
}
