import { execFileSync } from 'node:child_process'
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { publishedManifest } from './manifest.ts'

/**
 * `npm run build:packages`: what is published, each package whole in its folder `dist` (JavaScript, declarations, manifest,
 * README, licence). `npm publish packages/pki/dist` and then `packages/scep/dist`; the workspace itself runs from source.
 */

const ROOT = resolve(import.meta.dirname, '..')
/** Those that others depend on come first. */
const PUBLISHED = ['pki', 'scep'] as const

for (const name of PUBLISHED) build(join(ROOT, 'packages', name))

function build(folder: string): void {
  const out = join(folder, 'dist')
  rmSync(out, { recursive: true, force: true })
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  execFileSync(process.execPath, [tsc, '--project', join(folder, 'tsconfig.build.json')], { stdio: 'inherit' })
  for (const path of declarations(out)) writeFileSync(path, withJsExtensions(readFileSync(path, 'utf8')))
  const manifest = publishedManifest(readFileSync(join(folder, 'package.json'), 'utf8'), engines())
  writeFileSync(join(out, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  copyFileSync(join(folder, 'README.md'), join(out, 'README.md'))
  copyFileSync(join(ROOT, 'LICENSE'), join(out, 'LICENSE'))
  console.log(`built ${manifest.name} ${manifest.version} in ${out}`)
}

function declarations(out: string): string[] {
  return readdirSync(out, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.d.ts'))
    .map((name) => join(out, name))
}

/** The compiler rewrites the imports of JavaScript, and leaves those of declarations as they are. */
function withJsExtensions(declaration: string): string {
  return declaration.replace(/(from |import\()(['"])(\.{1,2}\/[^'"]+)\.ts\2/g, '$1$2$3.js$2')
}

function engines(): Record<string, string> {
  return (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { engines: Record<string, string> }).engines
}
