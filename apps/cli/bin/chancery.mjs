#!/usr/bin/env node
import { fileURLToPath } from 'node:url'

// Plain JavaScript, so that an old Node can still say what is wrong instead of failing on the first type annotation.
const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  process.stderr.write(
    `chancery needs Node 24 or newer, this is ${process.version}: run it as "npx chancery" in the checkout.\n`,
  )
  process.exit(70)
}

// Without it most of the time of a short command goes into stripping types and compiling, each time anew.
const { enableCompileCache } = await import('node:module')
enableCompileCache(fileURLToPath(new URL('../../../node_modules/.cache/chancery', import.meta.url)))
await import('../src/main.ts')
