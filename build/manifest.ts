interface SourceManifest {
  readonly name: string
  readonly version: string
  readonly description: string
  readonly license: string
  readonly dependencies?: Readonly<Record<string, string>>
}

/**
 * The manifest of a package as it is published. That of the workspace is private and leads to the sources, which Node runs
 * only outside of node_modules, so that nobody publishes them by mistake.
 */
export function publishedManifest(source: string, engines: Readonly<Record<string, string>>) {
  const { name, version, description, license, dependencies = {} } = JSON.parse(source) as SourceManifest
  return {
    name,
    version,
    description,
    license,
    type: 'module',
    engines,
    sideEffects: false,
    exports: { '.': { types: './index.d.ts', default: './index.js' } },
    types: './index.d.ts',
    files: ['**/*.js', '**/*.d.ts'],
    dependencies,
  }
}
