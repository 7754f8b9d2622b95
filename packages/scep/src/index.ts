export { Secret } from './secret.ts'
export type { TransactionId } from './transaction-id.ts'
