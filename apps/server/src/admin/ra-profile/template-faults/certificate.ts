import type { TemplateUpdate } from '@chancery/api'
import { ANY_POLICY, ANY_PURPOSE, PURPOSES, whyNeverCopied } from '@chancery/ca'
import { der } from '@chancery/pki'
import type { TemplateSettings } from '../template.ts'
import { purposeOid } from '../template-word.ts'
import { quoted } from './fault.ts'

/** What is wrong about validity, uses, purposes, policies and extensions. */
export const certificateFaults = {
  unreadable(update: TemplateUpdate, before: TemplateSettings, now: Date): string[] {
    const { keyUsage, extendedKeyUsage, allowRestrictedPurposes = [], certificatePolicies = [] } = update
    return [
      ...endFaults(update, before, now),
      ...(keyUsage !== undefined && keyUsage.length === 0
        ? ['keyUsage is empty: without a use a certificate is good for every use.']
        : []),
      ...(extendedKeyUsage?.length === 0
        ? ['extendedKeyUsage is empty: without a purpose a certificate is good for all of them. Name one.']
        : []),
      ...purposeFaults('extendedKeyUsage', extendedKeyUsage ?? []),
      ...purposeFaults('allowRestrictedPurposes', allowRestrictedPurposes),
      ...certificatePolicies.flatMap(policyFaults),
      ...extensionFaults(update),
    ]
  },

  contradictory({ certificate: { extendedKeyUsage, allowRestrictedPurposes } }: TemplateSettings): string[] {
    return extendedKeyUsage.flatMap((oid) => {
      const { name, restricted } = PURPOSES.get(oid) ?? {}
      return restricted === undefined || allowRestrictedPurposes.includes(oid)
        ? []
        : [
            `extendedKeyUsage has ${name}, which is restricted: ${restricted}. Name it in allowRestrictedPurposes too if that is meant.`,
          ]
    })
  },
}

/** With the offset: a time without one is another one on every machine. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/

/** One that is past by now may stay: a file that says it once more changes nothing. */
function endFaults({ validUntil }: TemplateUpdate, { certificate }: TemplateSettings, now: Date): string[] {
  if (validUntil == null) return []
  const end = TIME.test(validUntil) ? Date.parse(validUntil) : Number.NaN
  if (Number.isNaN(end)) return ['validUntil must be a time such as 2027-12-31T23:59:59Z, or null.']
  const isNew = certificate.validUntil === null || Date.parse(certificate.validUntil) !== end
  return isNew && end <= now.getTime() ? ['validUntil is past: no certificate could be issued.'] : []
}

function purposeFaults(what: string, words: readonly string[]): string[] {
  return words.flatMap((word) => {
    const oid = purposeOid(word)
    if (oid === undefined) {
      return [`${what} has ${quoted(word)}, which is neither a name such as clientAuth nor an object identifier.`]
    }
    return oid === ANY_PURPOSE
      ? [`${what} has anyExtendedKeyUsage, which is never issued: it is good for what nobody thought of.`]
      : []
  })
}

function policyFaults(policy: string): string[] {
  if (!der.isOid(policy)) return [`certificatePolicies has ${quoted(policy)}, which is no object identifier.`]
  return policy === ANY_POLICY ? ['certificatePolicies has anyPolicy, which is for CAs.'] : []
}

function extensionFaults({ extensions = [] }: TemplateUpdate): string[] {
  const oids = extensions.map(({ oid }) => oid)
  return [...new Set(oids)].flatMap((oid) => {
    if (!der.isOid(oid)) return [`extensions has ${quoted(oid)}, which is no object identifier.`]
    const never = whyNeverCopied(oid)
    if (never !== undefined) return [`extensions has ${oid}, which is never taken over: ${never}.`]
    return oids.indexOf(oid) === oids.lastIndexOf(oid) ? [] : [`extensions has ${oid} twice.`]
  })
}
