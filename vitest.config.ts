import { defineConfig } from 'vitest/config'

const BESIDE_THE_CODE = ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts', 'bench/**/*.test.ts']
/** It puts something else in the place of a module, which others may have loaded. */
const REPLACES_A_MODULE = 'packages/scep/src/secret.test.ts'

export default defineConfig({
  test: {
    pool: 'forks',
    // One more than the processors of a small machine: suites often wait for servers and clients that they started.
    maxWorkers: 3,
    testTimeout: 120_000,
    hookTimeout: 180_000,
    projects: [
      // They leave nothing behind in their process, so that it is good for the next one: a quarter of their time is loading.
      { extends: true, test: { name: 'unit', include: BESIDE_THE_CODE, exclude: [REPLACES_A_MODULE], isolate: false } },
      { extends: true, test: { name: 'whole', include: ['tests/**/*.test.ts', REPLACES_A_MODULE] } },
    ],
  },
})
