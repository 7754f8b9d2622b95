import { type SealedPlace, seal, unseal } from '../seal/seal.ts'
import type { StoreKeys } from '../seal/store-key.ts'
import { StoreError } from '../store-error.ts'

/** What a browser keeps for us between two requests of a sign-in, readable and makeable by no one else, on every node. */
export interface SignInFlows {
  seal(flow: string): string
  /** Undefined: it was not sealed here. */
  open(text: string): string | undefined
}

/** No row: it is in a cookie. */
const PLACE: SealedPlace = { table: 'session', column: 'sign-in flow', row: 'cookie' }

export function signInFlows(keys: StoreKeys): SignInFlows {
  return {
    seal: (flow) => seal(keys, PLACE, Buffer.from(flow, 'utf8')).toString('base64url'),
    open(text) {
      try {
        return unseal(keys, PLACE, Buffer.from(text, 'base64url')).toString('utf8')
      } catch (error) {
        if (error instanceof StoreError) return undefined
        throw error
      }
    },
  }
}
