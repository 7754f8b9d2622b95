import { randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** A file that is there whole, with its mode, or not at all, whatever happens meanwhile (S-7-15). */
export async function writeAtomically(path: string, content: string, mode: number): Promise<void> {
  await writeTogether([{ path, content, mode }])
}

export interface FileToWrite {
  readonly path: string
  readonly content: string
  readonly mode: number
}

/** Several files of one folder: all are safely on disk under other names before the first one gets its own. */
export async function writeTogether(files: readonly FileToWrite[]): Promise<void> {
  const staged: { from: string; to: string }[] = []
  try {
    for (const { path, content, mode } of files) {
      const from = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`)
      staged.push({ from, to: path })
      await writeSafely(from, content, mode)
    }
    for (const { from, to } of staged) await rename(from, to)
  } catch (error) {
    for (const { from } of staged) await rm(from, { force: true })
    throw error
  }
  for (const folder of new Set(files.map(({ path }) => dirname(path)))) await syncFolder(folder)
}

/** The mode is there from the first byte on, so that a key can never be read by others. */
async function writeSafely(path: string, content: string, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode)
  try {
    await file.chmod(mode)
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** A new name is safe only when its folder is on disk too; Windows opens no folders and needs no such call. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
