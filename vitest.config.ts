import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts', 'tests/**/*.test.ts', 'bench/**/*.test.ts'],
    pool: 'forks',
    // One more than the processors of a small machine: suites often wait for servers and clients that they started.
    maxWorkers: 3,
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
})
