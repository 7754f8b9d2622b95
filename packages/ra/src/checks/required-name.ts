import { ScepError } from '@chancery/scep'
import { nameType } from '../name-type.ts'
import { commonNames, issuedNames } from '../template/names.ts'
import type { Check } from './check.ts'

/** The names that the profile wants in a certificate are there. */
export const requiredNameRules: Check = (request) => {
  const { requiredNames, commonNameAsDns } = request.endpoint.raProfile.subject
  if (requiredNames.length === 0 && commonNameAsDns !== 'required') return
  const names = issuedNames(request)
  const missing = requiredNames.find((type) => !names.some((name) => nameType(name) === type))
  if (missing !== undefined) refuse(`a name of type ${missing} is missing`)
  if (commonNameAsDns !== 'required') return
  const hosts = new Set(names.flatMap((name) => (name.type === 'dns' ? [name.value.toLowerCase()] : [])))
  const other = commonNames(request.subject).find((name) => !hosts.has(name.toLowerCase()))
  if (other !== undefined) refuse(`the common name "${other}" is not among the DNS names`)
}

function refuse(detail: string): never {
  throw new ScepError('subject_alt_name_refused', { detail })
}
