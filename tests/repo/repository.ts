import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'

/** The checkout these tests guard. */
export const ROOT = resolve(import.meta.dirname, '../..')

const NOT_OURS = new Set(['node_modules', '.git', 'coverage', 'dist'])

/** Files below a folder of the repository, as paths from its root with `/`, sorted; nothing if the folder is missing. */
export function filesUnder(folder: string): string[] {
  const found: string[] = []
  walk(join(ROOT, folder), found)
  return found.map((path) => relative(ROOT, path).split(sep).join('/')).sort()
}

export function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

function walk(folder: string, found: string[]): void {
  let entries: ReturnType<typeof list>
  try {
    entries = list(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  for (const entry of entries) {
    const path = join(folder, entry.name)
    // ./data is where a server started in the checkout keeps its store
    if (NOT_OURS.has(entry.name) || path === join(ROOT, 'data')) continue
    if (entry.isDirectory()) walk(path, found)
    else if (entry.isFile() && !entry.name.endsWith('.log')) found.push(path)
  }
}

const list = (folder: string) => readdirSync(folder, { withFileTypes: true })
