import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Vitest would load graphql twice, once as ESM and once as CommonJS, and graphql refuses types of another copy.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    dangerouslyIgnoreUnhandledErrors: false,
  },
});
