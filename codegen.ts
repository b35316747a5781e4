import type { CodegenConfig } from '@graphql-codegen/cli';

/** `npm run codegen`: types the command line's documents by schema.graphql, without a server. */
const config: CodegenConfig = {
  schema: 'schema.graphql',
  documents: ['src/cli/**/*.ts', '!src/cli/generated/**'],
  ignoreNoDocuments: true,
  // Node runs the generated files as they are, so imports must name them in full.
  importExtension: '.ts',
  emitLegacyCommonJSImports: false,
  generates: {
    'src/cli/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        documentMode: 'string',
        enumsAsTypes: true,
        useTypeImports: true,
        strictScalars: true,
        scalars: { DateTime: 'string' },
      },
    },
  },
};

export default config;
