import { CMS_TARGETS } from './cms-targets.ts'
import { type Mutator, octetMutator, structureMutator } from './mutate.ts'
import type { Samples } from './samples.ts'
import { SCEP_TARGETS } from './scep-targets.ts'
import type { Target } from './target.ts'
import { TEXT_TARGETS } from './text-targets.ts'
import { X509_TARGETS } from './x509-targets.ts'

/** Every decoder of bytes from outside. A new decoder is a new row in one of these tables. */
export const TARGETS: Readonly<Record<string, Target>> = {
  ...X509_TARGETS,
  ...CMS_TARGETS,
  ...SCEP_TARGETS,
  ...TEXT_TARGETS,
}

export function mutatorOf(target: Target, all: Samples): Mutator {
  const samples = target.samples(all)
  if (target.text) return octetMutator(samples.filter((sample) => sample.length > 0))
  return structureMutator(samples, [...all.requests.slice(0, 2), ...all.certificates.slice(0, 1), ...all.crls])
}
