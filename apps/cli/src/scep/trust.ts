import { createHash } from 'node:crypto'
import { type Certificate, nameToText } from '@chancery/pki'
import { ScepError, verifyCaCertificates } from '@chancery/scep'
import { CliFailure } from '../cli-failure.ts'
import { printable } from '../terminal/printable.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { isAuthority } from './authority.ts'
import { opensslFingerprint } from './certificate-lines.ts'

/** How the CA is to be authenticated: by what somebody trustworthy said, by what is known already, or not at all this time. */
export type TrustDemand =
  | { readonly fingerprint: string }
  | { readonly known: KnownAuthorities }
  | { readonly onFirstUse: true }

export interface KnownAuthorities {
  readonly path: string
  readonly certificates: readonly Certificate[]
  /** Verified under one of them: the CA that will follow. */
  readonly next?: readonly Certificate[]
}

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
  return { fingerprint: readFingerprint(fingerprint) }
}

/** @throws {CliFailure} for a text that is none */
export function readFingerprint(text: string): string {
  const hex = text
    .replace(/^sha-?\d+[=:\s]+/i, '')
    .replace(/[\s:.-]/g, '')
    .toLowerCase()
  if (/^[0-9a-f]+$/.test(hex) && hex.length in DIGEST_BY_LENGTH) return hex
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
  const now = terminal.now()
  const anchor = 'known' in demand ? knownAnchor(certificates, demand.known, now) : anchorAmong(certificates, demand)
  if (anchor === undefined) throw noneFits(certificates, demand)
  verifyCaCertificates(certificates, anchor, now)
  const name = printable(nameToText(anchor.subject))
  if ('onFirstUse' in demand) {
    terminal.err(`Trusting CA ${name} on first use.\n  SHA-256 fingerprint ${opensslFingerprint(anchor)}\n`)
    terminal.err('  Compare it with whoever runs the CA before you rely on the certificate.\n')
  } else if ('known' in demand) terminal.err(`CA ${name} is the one in ${demand.known.path}.\n`)
  else terminal.err(`CA ${name} has the fingerprint demanded.\n`)
  return anchor
}

function anchorAmong(
  certificates: readonly Certificate[],
  demand: Exclude<TrustDemand, { known: KnownAuthorities }>,
): Certificate | undefined {
  const authorities = certificates.length === 1 ? certificates : certificates.filter(isAuthority)
  return 'onFirstUse' in demand ? topmost(authorities) : withFingerprint(authorities, demand.fingerprint)
}

/** A server need not send the root: one that all of its certificates belong to is enough. */
function knownAnchor(
  certificates: readonly Certificate[],
  { certificates: known, next = [] }: KnownAuthorities,
  now: Date,
): Certificate | undefined {
  return [...known, ...next].filter(isAuthority).find((candidate) => {
    try {
      verifyCaCertificates(certificates, candidate, now)
      return true
    } catch (error) {
      if (error instanceof ScepError) return false
      throw error
    }
  })
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
  const fault =
    'known' in demand
      ? `The certificates of this server do not belong to a CA in ${demand.known.path}.`
      : 'No CA certificate of this server has the fingerprint demanded.'
  return new CliFailure('fingerprint', `${fault} It sent:\n${shown.join('\n')}`, {
    nextStep: 'Nothing was sent. Ask whoever runs the CA; somebody may be standing in between.',
    fields: { fingerprints: certificates.map((certificate) => certificate.digest().toString('hex')) },
  })
}
