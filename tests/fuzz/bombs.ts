import { CONTENT_TYPE, der, TAG } from '@chancery/pki'
import { segments } from '../../packages/pki/src/cms/testing/ber.ts'

/** Small inputs that ask for much: depth, elements, lengths, long object identifiers (S-7-12). */
export function bombs(): Buffer[] {
  let deep: Buffer = der.nullValue()
  for (let depth = 0; depth < 2000; depth++) deep = der.sequence(deep)
  const wide = der.encode(0x24, ...segments(Buffer.alloc(50_000), 1))
  return [
    deep,
    wide,
    der.encode(TAG.oid, Buffer.alloc(200_000, 0x81)),
    Buffer.alloc(200_000, Buffer.from('3080', 'hex')),
    Buffer.alloc(200_000, Buffer.from('2480', 'hex')),
    Buffer.from('3088ffffffffffffffff', 'hex'),
    Buffer.from('30847fffffff', 'hex'),
    Buffer.from('30ff', 'hex'),
    der.sequence(der.oid(CONTENT_TYPE.data), der.explicit(0, wide)),
    Buffer.alloc(1 << 20, 0x05),
    Buffer.alloc((1 << 20) + 1, 0x30),
    Buffer.alloc(0),
  ]
}
