import { der, KEY_TRANSPORTS, SIGNATURES, TAG } from '@chancery/pki'

/** Contents at the edge of what a type can hold, or past it; under 0 what any type is given. */
export const EXTREMES: Readonly<Record<number, readonly Buffer[]>> = {
  0: [...hexes('', '00', 'ff', '80', '3080', '0000'), Buffer.alloc(300, 0x41), Buffer.alloc(70_000, 0x30)],
  [TAG.boolean]: hexes('', '00', '01', 'ff', '0000', 'ffff'),
  [TAG.integer]: [
    ...hexes('', '00', '80', 'ff', '7f', '0000', '00ff', 'ff80', '7fffffff', '80000000', 'ffffffff', '0100000000'),
    ...hexes('1fffffffffffff', '20000000000000', '7fffffffffffffff', '8000000000000000', '0186a0', '0f4241'),
    Buffer.alloc(33, 0x7f),
    Buffer.alloc(5000, 0xff),
  ],
  [TAG.bitString]: hexes('', '00', '08', '07', 'ff00', '0780', '0100', '00ff'),
  [TAG.octetString]: [
    ...hexes('', '00', '30', '3080', '0480', '30820100', '3003020100', '0500'),
    Buffer.alloc(16),
    Buffer.alloc(70_000),
  ],
  [TAG.null]: hexes('', '00', '0500'),
  [TAG.oid]: [
    ...hexes('', '00', '80', '8000', '2a80', '7f', 'ff7f', '8101', '2a8648', '28', '4f', '50', '8837'),
    Buffer.concat([Buffer.alloc(63, 0xff), Buffer.from([0x7f])]),
    Buffer.concat([Buffer.alloc(64, 0xff), Buffer.from([0x7f])]),
  ],
  [TAG.utf8String]: texts(),
  [TAG.printableString]: [...texts(), ...['19', '17', '0', '3', '2', '', '19\0', ' 19', '999999999999'].map(latin1)],
  [TAG.ia5String]: texts(),
  [TAG.teletexString]: texts(),
  [TAG.bmpString]: [...hexes('', '00', 'd800', 'dc00d800', 'fffe', '0000'), Buffer.alloc(3000, 0x03)],
  [TAG.universalString]: hexes('', '00', '00110000', '0000d800', 'ffffffff', '00000000'),
  [TAG.utcTime]: times(),
  [TAG.generalizedTime]: times(),
}

/** Tags that decoders look for, and others of the same number in another class. */
export const TAGS: readonly number[] = [
  ...Object.values(TAG),
  ...[0, 1, 2, 3, 4, 5, 6, 7, 8].flatMap((number) => [0x80 | number, 0xa0 | number]),
  ...[0x00, 0x0a, 0x1f, 0x24, 0x23, 0x2c, 0x09, 0x40, 0x60, 0xdf],
]

/** Contents of OBJECT IDENTIFIERs that some decoder acts upon. */
export const OIDS: readonly Buffer[] = [
  ...['1.2.840.113549.1.7.1', '1.2.840.113549.1.7.2', '1.2.840.113549.1.7.3', '1.2.840.113549.1.9.16.1.23'],
  ...['1.2.840.113549.1.9.3', '1.2.840.113549.1.9.4', '1.2.840.113549.1.9.5', '1.2.840.113549.1.9.7'],
  ...['1.2.840.113549.1.9.14', '2.16.840.1.113733.1.9.8', '1.3.6.1.4.1.311.2.1.14', '1.3.6.1.5.5.7.24.1'],
  ...[2, 3, 4, 5, 6, 7].map((number) => `2.16.840.1.113733.1.9.${number}`),
  ...['2.5.29.14', '2.5.29.15', '2.5.29.17', '2.5.29.19', '2.5.29.35', '2.5.29.37', '2.5.29.20', '2.5.29.21'],
  ...['1.2.840.10045.2.1', '1.2.840.10045.3.1.7', '1.3.132.0.34', '1.3.132.0.35', '1.3.101.112', '2.5.4.3'],
  ...['1.3.14.3.2.26', '2.16.840.1.101.3.4.2.1', '2.16.840.1.101.3.4.2.3', '1.2.840.113549.2.5'],
  ...['1.3.14.3.2.7', '1.2.840.113549.3.7', '2.16.840.1.101.3.4.1.2', '2.16.840.1.101.3.4.1.42'],
  ...['1.2.840.113549.1.5.12', '1.2.840.113549.1.9.16.3.9', '1.2.840.113549.1.1.8', '1.2.840.113549.1.1.10'],
  ...['1.3.6.1.4.1.311.20.2.3', '0.0', '2.999.1'],
  ...KEY_TRANSPORTS.map(({ oid }) => oid),
  ...SIGNATURES.map(({ oid }) => oid),
].map((dotted) => der.oid(dotted).subarray(2))

function hexes(...all: readonly string[]): Buffer[] {
  return all.map((hex) => Buffer.from(hex, 'hex'))
}

function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1')
}

function texts(): Buffer[] {
  return [
    ...hexes('', '00', '41004200', 'c0af', 'eda080', 'ff', 'f4908080', 'e4'),
    ...['*', '.', '#', '=', '\\', ',+"<>;', ' ', '  a  ', '\r\n', '\u0000'].map(latin1),
    Buffer.from('\u202e\u200b\u0301\u0301é', 'utf8'),
    Buffer.alloc(255, 0x2e),
    Buffer.from('a\u0301'.repeat(3000), 'utf8'),
    Buffer.alloc(66_000, 0x20),
  ]
}

function times(): Buffer[] {
  const written = ['', 'Z', '000000000000Z', '991332000000Z', '230229000000Z', '500101000000Z', '4912312359Z']
  const more = ['20500101000000Z', '00000101000000Z', '99991231235960Z', '20260230000000Z', '20260101000000.0001Z']
  const odd = ['260101000000+9999', '260101000000-0000', '26010100000', '2601010000:0Z', '20260101', '1e1101000000Z']
  return [...written, ...more, ...odd, `20260101000000.${'9'.repeat(5000)}Z`].map(latin1)
}
