#!/usr/bin/env node
// Plain JavaScript, so that an old Node can still say what is wrong instead of failing on the first type annotation.
const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  process.stderr.write(
    `chancery needs Node 24 or newer, this is ${process.version}: run it as "npx chancery" in the checkout.\n`,
  )
  process.exit(70)
}
await import('../src/main.ts')
