import { CaError } from '@chancery/ca'
import type { ExaminedCheck, Finding } from '@chancery/ra'
import { REASONS, ScepError } from '@chancery/scep'

/** A finding in words. */
export interface Sentence {
  readonly sentence: string
  readonly reason?: string
  readonly page?: string
}

export function sentenceOf({ check, error }: Finding): Sentence {
  if (error === undefined) return { sentence: PASSED[check] }
  if (error instanceof ScepError) {
    const { reason, detail } = error
    const { text } = REASONS[reason]
    return {
      sentence: `${text[0]?.toUpperCase()}${text.slice(1)}${detail === undefined ? '' : `: ${detail}`}.`,
      reason,
      page: `docs/errors/${reason}.md`,
    }
  }
  // A device would get HTTP 500: it is our fault, and not the one of the request.
  if (error instanceof CaError) return { sentence: `The authority cannot issue: ${error.message}.` }
  throw error
}

const PASSED: Readonly<Record<ExaminedCheck, string>> = {
  proofOfPossession: 'The request is signed with the key that it is for.',
  signer: 'The certificate that signs was issued here and is not revoked.',
  renewalSwitch: 'It is the kind of request that the SCEP profile takes.',
  template: 'The names can be read, and there is a subject.',
  firstEnrolment: 'The SCEP profile takes first enrolments, or this is a renewal.',
  key: 'The key is of a kind and size that the profile takes.',
  subject: 'The subject is complete and can be read by people.',
  subjectAttributes: 'The subject has the attributes and the common name that the profile wants.',
  subjectAltNames: 'The alternative names are of granted types and well formed.',
  namePatterns: 'The alternative names match the patterns of the profile.',
  requiredNames: 'The alternative names that the profile wants are there.',
  extensions: 'What is taken over of the requested extensions is there once each.',
  validUntil: 'The certificates of the profile do not end in the past.',
  renewal: 'It is no renewal, or the certificate vouches for it.',
  secondCertificate: 'The profile lets the subject have this certificate beside others.',
  authority: 'The authority would issue it.',
}
