import { lchownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startMockServer } from '../testing/mock-server.ts'
import { adminSocketPath, checkAdminSocket } from './admin-socket.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'chancery-socket-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

test('the socket is in the data directory, which is ./data unless CHANCERY_DATA_DIR says otherwise', () => {
  expect(adminSocketPath({})).toBe(join(process.cwd(), 'data', 'admin.sock'))
  expect(adminSocketPath({ CHANCERY_DATA_DIR: folder })).toBe(join(folder, 'admin.sock'))
})

test('something else than a socket is not spoken to', async () => {
  writeFileSync(join(folder, 'file'), '')
  await expect(checkAdminSocket(join(folder, 'file'))).rejects.toThrow('is not a socket')
})

test('nothing there means that no server runs', async () => {
  await expect(checkAdminSocket(join(folder, 'none'))).rejects.toMatchObject({ exit: 'network' })
})

test('a socket of this user is spoken to, one of another user is not', async () => {
  const path = join(folder, 'socket')
  const server = await startMockServer(() => ({}), path)
  await expect(checkAdminSocket(path)).resolves.toBeUndefined()
  // Only root can give a file away; for others it is the reading user that changes.
  if (process.getuid?.() === 0) lchownSync(path, 65_534, 65_534)
  else vi.spyOn(process, 'getuid').mockReturnValue(65_534)
  await expect(checkAdminSocket(path)).rejects.toThrow('belongs to another user')
  await server.close()
})
