import { readFile } from 'node:fs/promises';
import {
  buildSchema as buildSchemaOf,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  printSchema,
} from 'graphql';
import { expect, test } from 'vitest';
import { buildSchema } from '../../src/schema/schema.ts';
import { definitionsOf, namedTypes, requiredInputsOf } from './definitions.ts';

const contract = buildSchemaOf(await readFile(new URL('contract.graphql', import.meta.url), 'utf8'));
const schema = buildSchema();

test('every definition of the contract is there: types, fields, arguments, defaults, nullability, values, members', () => {
  const ours = new Set(definitionsOf(schema));
  expect(definitionsOf(contract).length).toBeGreaterThan(200);
  expect(definitionsOf(contract).filter((line) => !ours.has(line))).toEqual([]);
});

test('nothing must be given that the contract does not ask for', () => {
  const asked = new Set(requiredInputsOf(contract));
  const inContract = new Set(namedTypes(contract).map(({ name }) => name));
  const ours = requiredInputsOf(schema).filter((name) => inContract.has(name.split('.')[0] ?? ''));
  expect(ours.filter((name) => !asked.has(name))).toEqual([]);
});

test('schema.graphql is what the code makes', async () => {
  const file = await readFile(new URL('../../schema.graphql', import.meta.url), 'utf8');
  expect(file, 'run `npm run schema` and commit schema.graphql').toBe(`${printSchema(schema)}\n`);
});

test('building it twice gives the same schema', () => {
  expect(printSchema(buildSchema())).toBe(printSchema(schema));
});

test('everything has a description', () => {
  const builtIn = new Set(['String', 'Int', 'Float', 'Boolean', 'ID']);
  const missing = namedTypes(schema)
    .filter(({ name }) => !builtIn.has(name))
    .flatMap((type) => {
      const parts: { name: string; description?: string | null | undefined }[] = [type];
      if (isEnumType(type)) parts.push(...type.getValues());
      if (isInputObjectType(type)) parts.push(...Object.values(type.getFields()));
      if (isObjectType(type) || isInterfaceType(type)) {
        parts.push(...Object.values(type.getFields()).flatMap((field) => [field, ...field.args]));
      }
      return parts.filter(({ description }) => !description).map(({ name }) => `${type.name} ${name}`);
    });
  expect(missing).toEqual([]);
});
