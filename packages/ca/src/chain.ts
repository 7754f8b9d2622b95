import { type Certificate, isSelfSigned, nameToText, sameName, verifyCertificate } from '@chancery/pki'

export interface Chain {
  /** From the one that signed the certificate up to the root; empty for a root. */
  readonly above: readonly Certificate[]
  /** Why the root is not reached; undefined when it is. */
  readonly fault: string | undefined
}

/** Finds the certificates above one among others, in whatever order they came: by name and by signature. */
export function chainAbove(certificate: Certificate, others: readonly Certificate[]): Chain {
  const above: Certificate[] = []
  let top = certificate
  while (!isSelfSigned(top)) {
    const { issuer } = top
    const named = others.filter((one) => !above.includes(one) && one !== certificate && sameName(one.subject, issuer))
    const signer = named.find((one) => verifyCertificate(top, one.publicKey))
    if (signer === undefined) return { above, fault: named.length === 0 ? missing(top) : unverified(top) }
    above.push(signer)
    top = signer
  }
  return { above, fault: undefined }
}

function missing({ issuer }: Certificate): string {
  return `The certificate of ${nameToText(issuer)} is missing: send the whole chain, up to the root.`
}

function unverified({ subject, issuer }: Certificate): string {
  return `The signature of the certificate of ${nameToText(subject)} does not verify with the key of ${nameToText(issuer)}.`
}
