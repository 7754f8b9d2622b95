import { AdminRefusal } from './admin-refusal.ts'

/** Where a page of a list ended: opaque to callers, so that what a list is sorted by may change. */
export function cursorOf(id: number): string {
  return Buffer.from(`i${id}`).toString('base64url')
}

/** @throws {AdminRefusal} 422 */
export function readCursor(cursor: string): number {
  const [, id] = /^i(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? []
  if (id === undefined) throw new AdminRefusal(422, ['cursor is none that this list gave.'])
  return Number(id)
}

/** The same where a list is sorted by UUIDs. */
export function cursorOfUuid(uuid: string): string {
  return Buffer.from(`u${uuid}`).toString('base64url')
}

/** @throws {AdminRefusal} 422 */
export function readUuidCursor(cursor: string): string {
  const [, uuid] = /^u([0-9a-f-]{13,36})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? []
  if (uuid === undefined) throw new AdminRefusal(422, ['cursor is none that this list gave.'])
  return uuid
}
