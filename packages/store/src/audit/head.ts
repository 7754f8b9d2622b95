import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { Selectable } from 'kysely'
import { toBytes } from '../column.ts'
import type { AuditCheckpointTable, AuditSegmentTable } from '../schema/tables.ts'
import type { StoreKeys } from '../seal/store-key.ts'

/** What the whole chain up to an event comes to: kept elsewhere, it shows what was taken away since. */
export interface AuditHead {
  readonly seq: number
  readonly head: Buffer
}

/** Before the first event. */
export const NO_HEAD: AuditHead = { seq: 0, head: Buffer.alloc(32) }

/** Of an event in its place. The id is of it because lists are in its order where times are equal. */
export interface ChainLink {
  readonly seq: number
  readonly id: number
  readonly mac: Uint8Array
}

export function nextHead(before: Buffer, { seq, id, mac }: ChainLink): Buffer {
  const place = Buffer.alloc(16)
  place.writeBigInt64BE(BigInt(seq), 0)
  place.writeBigInt64BE(BigInt(id), 8)
  return createHash('sha256').update(before).update(place).update(mac).digest()
}

type SegmentColumns = Omit<Selectable<AuditSegmentTable>, 'mac'>
type CheckpointColumns = Omit<Selectable<AuditCheckpointTable>, 'mac' | 'id'>

/** The name comes first: what is true of one kind of row can never be shown for another; those of events begin with a UUID. */
export function segmentMac(keys: StoreKeys, row: SegmentColumns): Buffer {
  const heads = [hex(row.previous_head), hex(row.head)]
  return macOf(keys, ['audit_segment', row.number, row.first_seq, row.last_seq, ...heads, row.made_at])
}

export function checkpointMac(keys: StoreKeys, row: CheckpointColumns): Buffer {
  return macOf(keys, ['audit_checkpoint', row.segment, row.last_seq, hex(row.head), row.made_at])
}

export function sameMac(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other)
}

function macOf(keys: StoreKeys, covered: readonly unknown[]): Buffer {
  return createHmac('sha256', keys.subkey('audit')).update(JSON.stringify(covered)).digest()
}

function hex(bytes: Uint8Array): string {
  return toBytes(bytes).toString('hex')
}
