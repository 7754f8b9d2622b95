import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

// Most of a start is stripping types and compiling. What was compiled is kept inside the installation, never in a folder
// that others can write to; where nothing can be written there, a start takes as long as without.
enableCompileCache(join(import.meta.dirname, '../../../node_modules/.cache/chancery'))
await import('./process/start.ts')
