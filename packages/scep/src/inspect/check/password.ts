import { type PasswordRecipientInfo, PkiError, passwordEncryptionOf } from '@chancery/pki'
import type { Facts } from '../facts.ts'
import type { InspectedKind } from '../inspection.ts'
import { isReadingFault } from '../node.ts'
import type { Check } from './check.ts'

const ENVELOPED: readonly InspectedKind[] = ['request', 'reply', 'envelope']
const FEW_ROUNDS = 100_000

/** PasswordRecipientInfo, for keys that cannot encrypt (RFC 8894 §3.1). */
export const PASSWORD: readonly Check[] = [
  {
    clause: 'S-3.1-P03',
    level: 'broken',
    where: 'PasswordRecipientInfo',
    of: ENVELOPED,
    finds: ({ envelope }) =>
      passwordRecipients(envelope).some(({ keyDerivation }) => keyDerivation === undefined)
        ? 'The PasswordRecipientInfo does not say how its key is derived.'
        : undefined,
  },
  {
    clause: 'S-3.1-P07',
    level: 'broken',
    where: 'PasswordRecipientInfo',
    of: ENVELOPED,
    finds: (facts) => fault(facts, 'ERR_PKI_UNSUPPORTED'),
  },
  {
    clause: 'S-3.1-P16',
    level: 'broken',
    where: 'PasswordRecipientInfo',
    of: ENVELOPED,
    finds: (facts) => fault(facts, 'ERR_PKI_INVALID'),
  },
  {
    clause: 'S-3.1-P04',
    level: 'warning',
    where: 'keyDerivationAlgorithm',
    of: ENVELOPED,
    finds: ({ envelope }) => {
      const few = passwordRecipients(envelope)
        .map(iterations)
        .find((rounds) => rounds !== undefined && rounds < FEW_ROUNDS)
      return few === undefined
        ? undefined
        : `The key is derived in ${few} rounds: whoever has the message can guess a short challenge at leisure.`
    },
  },
]

function passwordRecipients(envelope: Facts['envelope']): PasswordRecipientInfo[] {
  return (envelope?.recipientInfos ?? []).filter((info) => info.kind === 'password')
}

/** Why a recipient cannot be opened, if that is of the kind asked for. */
function fault({ envelope }: Facts, code: PkiError['code']): string | undefined {
  for (const recipient of passwordRecipients(envelope)) {
    if (recipient.keyDerivation === undefined) continue
    const error = problem(recipient)
    const kind = error instanceof PkiError ? error.code : 'ERR_PKI_INVALID'
    if (error !== undefined && kind === code) return `The PasswordRecipientInfo cannot be opened: ${error.message}.`
  }
  return undefined
}

function problem(recipient: PasswordRecipientInfo): Error | undefined {
  try {
    passwordEncryptionOf(recipient)
    return undefined
  } catch (error) {
    if (isReadingFault(error)) return error
    throw error
  }
}

function iterations(recipient: PasswordRecipientInfo): number | undefined {
  return problem(recipient) === undefined ? passwordEncryptionOf(recipient).iterations : undefined
}
