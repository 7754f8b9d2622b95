import { writeFileSync } from 'node:fs'
import type { BenchDatabase } from '../inventory/database.ts'

const DROP_CACHES = '/proc/sys/vm/drop_caches'

/** What the operating system and the database server keep in memory of files, as far as it may be: how much, is told. */
export async function forgetCaches(database: BenchDatabase): Promise<string> {
  await database.settle()
  const forgotten: string[] = []
  if (database.name === 'postgresql' && (await evictBuffers(database))) forgotten.push('shared buffers')
  try {
    writeFileSync(DROP_CACHES, '3')
    forgotten.push('files')
  } catch {
    // Only root may, and only on Linux.
  }
  return forgotten.length === 0 ? 'nothing' : forgotten.join(', ')
}

async function evictBuffers(database: BenchDatabase): Promise<boolean> {
  try {
    await database.run('create extension if not exists pg_buffercache')
    await database.run('checkpoint')
    await database.run('select pg_buffercache_evict_all()')
    return true
  } catch {
    return false // PostgreSQL before 18, or a user who may not
  }
}
