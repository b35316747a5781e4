import type { CodegenConfig } from '@graphql-codegen/cli';

/** The documents in a folder, typed by the schema in its `generated/`. */
function typed(folder: string): CodegenConfig['generates'] {
  return {
    [`${folder}/generated/`]: {
      documents: [`${folder}/**/*.{ts,tsx}`, `!${folder}/generated/**`],
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
  };
}

/** `npm run codegen`: types the documents of the command line and the console by schema.graphql, without a server. */
const config: CodegenConfig = {
  schema: 'schema.graphql',
  ignoreNoDocuments: true,
  // Node runs the generated files as they are, so imports must name them in full.
  importExtension: '.ts',
  emitLegacyCommonJSImports: false,
  generates: { ...typed('src/cli'), ...typed('src/console') },
};

export default config;
