import type { Authority, Generation } from '@chancery/api'
import { keyKindOf } from '@chancery/ca'
import {
  encodePem,
  nameToText,
  type PublicKeyInfo,
  parseCertificate,
  parseCertificationRequest,
  serialToHex,
} from '@chancery/pki'
import type { AuthorityRecord, Configuration, IssuerRecord } from '@chancery/ra'
import { settingsToWire } from './settings.ts'

/** @param warnings of what was just brought */
export function authorityToWire(
  authority: AuthorityRecord,
  { issuers }: Configuration,
  warnings: readonly string[] = [],
): Authority {
  const { id, uuid, name, kind, description, enabled, requestedCsr } = authority
  const generations = issuers
    .filter(({ authorityId }) => authorityId === id)
    .toSorted((a, b) => a.generation - b.generation)
    .map(generationToWire)
  return {
    uuid,
    name,
    kind,
    description,
    enabled,
    ...settingsToWire(authority),
    request: requestedCsr === undefined ? null : requestToWire(requestedCsr),
    generations,
    ...(warnings.length > 0 && { warnings: [...warnings] }),
  }
}

function requestToWire(der: Buffer): NonNullable<Authority['request']> {
  const { subject, publicKey } = parseCertificationRequest(der)
  return { subject: nameToText(subject), keyType: keyTypeOf(publicKey) }
}

function generationToWire({ generation, state, currentFrom, certificate: der }: IssuerRecord): Generation {
  const certificate = parseCertificate(der)
  return {
    generation,
    state,
    subject: nameToText(certificate.subject),
    issuer: nameToText(certificate.issuer),
    serialNumber: serialToHex(certificate.serialNumber),
    fingerprint: certificate.digest().toString('hex'),
    keyType: keyTypeOf(certificate.publicKey),
    notBefore: certificate.notBefore.toISOString(),
    notAfter: certificate.notAfter.toISOString(),
    currentFrom: currentFrom?.toISOString() ?? null,
    pem: encodePem('CERTIFICATE', der),
  }
}

/** A CA that came from elsewhere may have a key that is not made here. */
function keyTypeOf(key: PublicKeyInfo): string {
  const { type, modulusBits, curve } = key
  return keyKindOf(key) ?? [type, modulusBits ?? curve].filter((part) => part !== undefined).join('-')
}
