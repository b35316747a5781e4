import { describe, expect, test } from 'vitest';
import { Screen } from '../../../src/console/output/screen.ts';

const ESC = '\u001b';

/** What a screen shows after these pieces of stdout. */
function shown(...pieces: string[]): string {
  const screen = new Screen();
  for (const piece of pieces) screen.write(piece, 'STDOUT');
  return screen.text();
}

/** The stretches of the first line with what is not plain about each. */
function styled(text: string, stream: 'STDOUT' | 'STDERR' = 'STDOUT'): [string, object][] {
  const screen = new Screen();
  screen.write(text, stream);
  const line = screen.lines[0];
  let start = 0;
  return (line?.runs ?? []).map(({ end, style }) => {
    const stretch = line?.text.slice(start, end) ?? '';
    start = end;
    const set = Object.entries(style).filter(([, value]) => value !== false && value !== null);
    return [stretch, Object.fromEntries(set)];
  });
}

test.each([
  [
    'within a stretch',
    'a',
    '[1;1H',
    [
      ['A', 7],
      ['aa', 1],
      ['bbb', 2],
      ['ccc', 3],
    ],
  ],
  [
    'the middle of one',
    'b',
    '[1;5H',
    [
      ['aaa', 1],
      ['b', 2],
      ['B', 7],
      ['b', 2],
      ['ccc', 3],
    ],
  ],
  [
    'all of one',
    'bbb',
    '[1;4H',
    [
      ['aaa', 1],
      ['BBB', 7],
      ['ccc', 3],
    ],
  ],
  [
    'parts of two',
    'ab',
    '[1;3H',
    [
      ['aa', 1],
      ['AB', 7],
      ['bb', 2],
      ['ccc', 3],
    ],
  ],
  [
    'parts of three',
    'abbbc',
    '[1;3H',
    [
      ['aa', 1],
      ['ABBBC', 7],
      ['cc', 3],
    ],
  ],
  [
    'the end, and beyond',
    'cXX',
    '[1;9H',
    [
      ['aaa', 1],
      ['bbb', 2],
      ['cc', 3],
      ['CXX', 7],
    ],
  ],
  ['everything', 'aaabbbccc', '[1;1H', [['AAABBBCCC', 7]]],
])('writing over %s of a line in colours', (_, over, move, stretches) => {
  const written = styled(
    `${ESC}[31maaa${ESC}[32mbbb${ESC}[33mccc${ESC}[37m${ESC}${move}${over.toUpperCase()}`,
  );
  expect(written).toEqual(stretches.map(([text, foreground]) => [text, { foreground }]));
});

test('what the reader typed stands where the cursor is, and moves no further than lines', () => {
  const screen = new Screen();
  screen.write('Who? ', 'STDOUT');
  screen.echo('Ada\x1b[31m\tL.\n');
  screen.write('Hello', 'STDOUT');
  screen.echo('no line end');
  expect(screen.text()).toBe('Who? Ada\ufffd[31m\ufffdL.\nHellono line end');
  expect(screen.lines[0]?.runs?.at(-1)?.style).toMatchObject({ echo: true, foreground: null });
});

describe('what moves the cursor', () => {
  test.each([
    ['lines', 'a\nb\n', 'a\nb\n'],
    ['a line end of Windows', 'a\r\nb', 'a\nb'],
    ['a progress bar', '[#.] 50%\r[##] 99%', '[##] 99%'],
    ['a shorter text over a longer one', 'longer\rab', 'abnger'],
    ['a shorter text that erases the rest', `longer\rab${ESC}[K`, 'ab'],
    ['backspace', 'abc\b\bX', 'aXc'],
    ['backspace at the beginning of a line', 'a\n\b\bb', 'a\nb'],
    ['tabs', 'a\tb\t\tc', 'a       b               c'],
    ['up and over', `one\ntwo\n${ESC}[2Ax`, 'xne\ntwo\n'],
    ['up beyond the first line', `one${ESC}[9A\rx`, 'xne'],
    ['down makes lines', `a${ESC}[2Bb`, 'a\n\n b'],
    ['to a column', `abc${ESC}[2GX`, 'aXc'],
    ['right makes blanks', `a${ESC}[3Cb`, 'a   b'],
    ['home of a short screen', `a\nb${ESC}[HX`, 'X\nb'],
    ['clear and home, as games draw', `one\ntwo${ESC}[2J${ESC}[Hx`, 'x\n'],
    ['erase below', `one\ntwo\nthree${ESC}[1;2H${ESC}[J`, 'o\n\n'],
    ['save and restore', `ab${ESC}7cd${ESC}8X`, 'abXd'],
    ['the beginning of a line erased', `abcd\b\b${ESC}[1K`, '   d'],
  ])('%s', (_what, written, expected) => {
    expect(shown(written)).toBe(expected);
  });

  test('reaches the last 24 lines only', () => {
    const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`).join('\n');
    expect(shown(`${lines}${ESC}[HX`).split('\n').indexOf('Xine 6')).toBe(6);
  });

  test('a sequence may come in pieces, and another stream between them', () => {
    const screen = new Screen();
    screen.write(`a${ESC}`, 'STDOUT');
    screen.write('b', 'STDERR');
    screen.write('[2', 'STDOUT');
    screen.write('Cc', 'STDOUT');
    expect(screen.text()).toBe('ab  c');
  });
});

describe('how text looks', () => {
  test.each([
    ['plain text needs no runs', 'abc', []],
    ['a basic colour', `${ESC}[31mred${ESC}[0m`, [['red', { foreground: 1 }]]],
    ['a bright one on a ground', `${ESC}[93;44mx`, [['x', { foreground: 11, background: 4 }]]],
    ['of the palette', `${ESC}[38;5;208mx`, [['x', { foreground: 208 }]]],
    ['of all colours, with colons', `${ESC}[48:2:1:2:3mx`, [['x', { background: 0x1010203 }]]],
    [
      'several switches',
      `${ESC}[1;3;4;7;9mx${ESC}[22;24my`,
      [
        ['x', { bold: true, italic: true, underline: true, inverse: true, strike: true }],
        ['y', { italic: true, inverse: true, strike: true }],
      ],
    ],
    [
      'colours written over',
      `${ESC}[32mgreen\r${ESC}[31mr`,
      [
        ['r', { foreground: 1 }],
        ['reen', { foreground: 2 }],
      ],
    ],
    ['numbers out of range', `${ESC}[38;5;99999mx`, [['x', { foreground: 255 }]]],
  ])('%s', (_what, written, expected) => {
    expect(styled(written)).toEqual(expected);
  });

  test('stderr is told apart, also within a line and after a reset', () => {
    expect(styled(`${ESC}[31ma${ESC}[mb`, 'STDERR')).toEqual([
      ['a', { foreground: 1, stderr: true }],
      ['b', { stderr: true }],
    ]);
    const screen = new Screen();
    screen.write('out ', 'STDOUT');
    screen.write('err', 'STDERR');
    screen.write(' out', 'STDOUT');
    expect(screen.lines[0]?.runs?.map(({ end, style }) => [end, style.stderr])).toEqual([
      [4, false],
      [7, true],
      [11, false],
    ]);
  });
});

describe('what is shown as the text that it is', () => {
  test.each([
    ['a window title', `${ESC}]0;title\u0007`, '␛]0;title␇'],
    ['a link', `${ESC}]8;;https://a.example\u001b\\text`, '␛]8;;https://a.example␛\\text'],
    ['a clipboard write', `${ESC}]52;c;YWJj\u0007`, '␛]52;c;YWJj␇'],
    ['a device control string', `${ESC}Pq#0${ESC}\\`, '␛Pq#0␛\\'],
    ['HTML', '<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
    ['control characters', '\u0000\u0001\u007f\u009b', '␀␁␡\ufffd'],
    ['a sequence that is none', `${ESC}[3\u00e4`, '␛[3ä'],
    ['a sequence without an end', `${ESC}[${'1;'.repeat(100)}`, `␛[${'1;'.repeat(100)}`],
  ])('%s', (_what, written, expected) => {
    expect(shown(written)).toBe(expected);
  });

  test('modes of a terminal and questions to it have no effect', () => {
    expect(shown(`a${ESC}[?1049hb${ESC}[6nc${ESC}[>0qd`)).toBe('abcd');
  });
});

describe('bounds', () => {
  test('a line that is too long goes on in another, and is copied as one', () => {
    const text = 'x'.repeat(4500);
    const screen = new Screen();
    screen.write(text, 'STDOUT');
    expect(screen.lines.map((line) => line.text.length)).toEqual([2000, 2000, 500]);
    expect(screen.text()).toBe(text);
  });

  test('no character is cut in two where a line is', () => {
    const text = `${'x'.repeat(1999)}😀y`;
    const screen = new Screen();
    screen.write(text, 'STDOUT');
    expect(screen.lines.map((line) => line.text)).toEqual(['x'.repeat(1999), '😀y']);
    expect(screen.text()).toBe(text);
  });

  test('the oldest lines go when there are too many', () => {
    const screen = new Screen();
    for (let block = 0; block < 21; block++) screen.write('line\n'.repeat(10_000), 'STDOUT');
    screen.write('end', 'STDOUT');
    expect(screen.lines.length).toBeLessThanOrEqual(200_000);
    expect(screen.dropped + screen.lines.length).toBe(210_001);
    expect(screen.lines.at(-1)?.text).toBe('end');
  });

  test('the oldest lines go too when blanks fill them, that the cursor was moved over', () => {
    const screen = new Screen();
    for (let part = 0; part < 20; part++) screen.write(`${ESC}[1999Cx\n`.repeat(1000), 'STDOUT');
    const characters = screen.lines.reduce((sum, { text }) => sum + text.length + 1, 0);
    expect(characters).toBeLessThanOrEqual(16 * 1024 * 1024);
    expect(screen.dropped).toBeGreaterThan(10_000);
  });

  test('what is written over and over keeps what was before', () => {
    const screen = new Screen();
    screen.write('first\n', 'STDOUT');
    for (let time = 0; time < 20; time++) screen.write(`\r${'x'.repeat(1000)}`.repeat(1000), 'STDOUT');
    expect(screen.dropped).toBe(0);
    expect(screen.lines[0]?.text).toBe('first');
  });

  test('tells from which line on it changed', () => {
    const screen = new Screen();
    screen.write('a\nb\nc', 'STDOUT');
    expect(screen.takeChanged()).toBe(0);
    expect(screen.takeChanged()).toBe(3);
    screen.write(`${ESC}[Ax`, 'STDOUT');
    expect(screen.takeChanged()).toBe(1);
  });
});
