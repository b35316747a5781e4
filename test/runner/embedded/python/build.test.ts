import { describe, expect, test } from 'vitest';

const BUILD = new URL('../../../../src/runner/embedded/python/build.js', import.meta.url);
/** Part of what Deno runs, which has no types. */
const { checkBuild } = (await import(BUILD.href)) as { checkBuild(module: object, state: object): void };

/** Addresses of a made-up build, in which everything is where it is expected. */
const METHOD = 0x100;
const DEFINITION = 0x200;
const TYPE = 0x300;
const WRAPPER = 0x500;
const STATE = {
  methods: [[METHOD, 'sleep']],
  initializers: [[TYPE, WRAPPER, 'socket']],
  errorNumbers: { types: [TYPE] },
};

function build(version = '3.14.2 (main)') {
  const memory = new Uint32Array(1024);
  const put = (address: number, value: number): void => {
    memory[address >> 2] = value;
  };
  put(METHOD + 8, DEFINITION);
  put(DEFINITION + 4, 11);
  put(DEFINITION + 8, 128);
  put(TYPE + 148, 12);
  put(TYPE + 156, 13);
  put(WRAPPER + 24, 12);
  const module = {
    HEAPU32: memory,
    UTF8ToString: () => version,
    _Py_GetVersion: () => 0,
    _PyCFunction_GetFlags: () => 128,
    _PyCFunction_GetFunction: () => 11,
    _PyType_GetSlot: (_type: number, slot: number) => (slot === 60 ? 12 : 13),
  };
  return { module, put };
}

describe('the build of CPython', () => {
  test('is taken when all is where it is expected', () => {
    expect(() => checkBuild(build().module, STATE)).not.toThrow();
  });

  test('is refused by its version', () => {
    expect(() => checkBuild(build('3.15.0a1').module, STATE)).toThrow(
      /^Expected the structures of CPython 3\.14\.x for wasm32, got others in 3\.15\.0a1: its version is 3\.15\. and not 3\.14\.\. Pin the pyodide package/,
    );
  });

  test.each([
    ['the flags of a method', DEFINITION + 8],
    ['the function of a method', DEFINITION + 4],
    ['the initializer of a type', TYPE + 148],
    ['what the wrapper of an initializer wraps', WRAPPER + 24],
    ['the constructor of a type', TYPE + 156],
  ])('is refused when %s is elsewhere', (what, address) => {
    const { module, put } = build();
    put(address, 99);
    expect(() => checkBuild(module, STATE)).toThrow(`: ${what} is 99 and not`);
  });
});
