import { createHash } from 'node:crypto'
import { type Certificate, nameToText } from '@chancery/pki'
import { verifyCaCertificates } from '@chancery/scep'
import { CliFailure } from '../cli-failure.ts'
import { printable } from '../terminal/printable.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { isAuthority } from './authority.ts'
import { opensslFingerprint } from './certificate-lines.ts'

/** How the CA is to be authenticated: by what somebody trustworthy said, or not at all this time. */
export type TrustDemand = { readonly fingerprint: string } | { readonly onFirstUse: true }

const DIGEST_BY_LENGTH: Readonly<Record<number, string>> = { 40: 'sha1', 64: 'sha256', 128: 'sha512' }

/** @throws {CliFailure} when neither is given: GetCACert proves nothing, over plain HTTP least of all (S-2.2-03, security S24) */
export function readTrustDemand(fingerprint: string | undefined, onFirstUse: boolean): TrustDemand {
  if (fingerprint === undefined) {
    if (onFirstUse) return { onFirstUse }
    throw new CliFailure('failed', 'Nothing says how to recognise the CA.', {
      nextStep:
        'Give --ca-fingerprint HEX as whoever runs the CA told you ("chancery challenge create" prints it), or --trust-on-first-use to take what comes.',
    })
  }
  const hex = fingerprint
    .replace(/^sha-?\d+[=:\s]+/i, '')
    .replace(/[\s:.-]/g, '')
    .toLowerCase()
  if (/^[0-9a-f]+$/.test(hex) && hex.length in DIGEST_BY_LENGTH) return { fingerprint: hex }
  throw new CliFailure('failed', '--ca-fingerprint wants a SHA-256 fingerprint: 64 hexadecimal digits.', {
    nextStep:
      'SHA-512 (128 digits) and, for old CAs, SHA-1 (40 digits) are taken too; blanks, colons and case do not matter.',
  })
}

/**
 * The CA certificate that everything else rests on, with all the others checked against it (S-2.2-04).
 * @throws {CliFailure} exit `fingerprint` when none has the fingerprint demanded
 */
export function authenticate(
  certificates: readonly Certificate[],
  demand: TrustDemand,
  terminal: Terminal,
): Certificate {
  const authorities = certificates.length === 1 ? certificates : certificates.filter(isAuthority)
  const anchor = 'onFirstUse' in demand ? topmost(authorities) : withFingerprint(authorities, demand.fingerprint)
  if (anchor === undefined) throw noneFits(certificates, demand)
  verifyCaCertificates(certificates, anchor, terminal.now())
  const name = printable(nameToText(anchor.subject))
  if ('onFirstUse' in demand) {
    terminal.err(`Trusting CA ${name} on first use.\n  SHA-256 fingerprint ${opensslFingerprint(anchor)}\n`)
    terminal.err('  Compare it with whoever runs the CA before you rely on the certificate.\n')
  } else terminal.err(`CA ${name} has the fingerprint demanded.\n`)
  return anchor
}

/** The one that is its own issuer, else whichever comes first. */
function topmost(authorities: readonly Certificate[]): Certificate | undefined {
  return authorities.find(({ issuer, subject }) => issuer.der.equals(subject.der)) ?? authorities[0]
}

function withFingerprint(authorities: readonly Certificate[], fingerprint: string): Certificate | undefined {
  const digest = DIGEST_BY_LENGTH[fingerprint.length] as string
  return authorities.find(({ der }) => createHash(digest).update(der).digest('hex') === fingerprint)
}

function noneFits(certificates: readonly Certificate[], demand: TrustDemand): CliFailure {
  if ('onFirstUse' in demand) return new CliFailure('protocol', 'The server has no CA certificate among those it sent.')
  const shown = certificates.map(
    (certificate) =>
      `  ${printable(nameToText(certificate.subject))} (${isAuthority(certificate) ? 'CA' : 'RA, which cannot be the anchor'}): ${opensslFingerprint(certificate)}`,
  )
  return new CliFailure(
    'fingerprint',
    `No CA certificate of this server has the fingerprint demanded. It sent:\n${shown.join('\n')}`,
    {
      nextStep: 'Nothing was sent. Ask whoever runs the CA; somebody may be standing in between.',
      fields: { fingerprints: certificates.map((certificate) => certificate.digest().toString('hex')) },
    },
  )
}
