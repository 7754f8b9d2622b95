import { lchownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
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

test.skipIf(process.getuid?.() === 0)('a socket of this user is spoken to', async () => {
  const server = await startMockServer(() => ({}), join(folder, 'own'))
  await expect(checkAdminSocket(join(folder, 'own'))).resolves.toBeUndefined()
  await server.close()
})

// Only root can give a file away.
test.skipIf(process.getuid?.() !== 0)('a socket of root is spoken to, one of another user is not', async () => {
  const server = await startMockServer(() => ({}), join(folder, 'foreign'))
  await expect(checkAdminSocket(join(folder, 'foreign'))).resolves.toBeUndefined()
  lchownSync(join(folder, 'foreign'), 65_534, 65_534)
  await expect(checkAdminSocket(join(folder, 'foreign'))).rejects.toThrow('belongs to another user (65534)')
  await server.close()
})
