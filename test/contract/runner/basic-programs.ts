import type { BasicPrograms } from './programs.ts';

export const typescript: BasicPrograms = {
  language: 'typescript',
  everything: `import { createInterface } from 'node:readline';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { answer } from './other.ts';
enum Stage { Asked, Greeted }
for (const argument of process.argv.slice(2)) console.log(argument);
console.log(process.env.GREETING);
console.log(readFileSync('data/words.txt', 'utf8') as string);
console.log(answer);
console.log(basename(import.meta.filename));
console.error('err');
process.stdout.write('name? ');
let stage: Stage = Stage.Asked;
for await (const line of createInterface({ input: process.stdin })) {
  console.log(stage === Stage.Asked ? 'hello ' + line : line.toUpperCase());
  stage = Stage.Greeted;
}
console.log('end');
process.exit(7);`,
  module: { path: 'other.ts', content: 'export const answer: number = 42;\n' },
  fileName: 'program.mts',
  neverGiveUp: 'for (;;) {\n  try {\n    for (;;);\n  } catch {}\n}',
  fail: 'class Oops extends Error { override name = "Oops" }\nconsole.log("before");\nthrow new Oops("no")',
  syntaxError: 'let let =',
};

const c: BasicPrograms = {
  language: 'c',
  isCompiled: true,
  everything: `#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "deep/other.h"
int main(int n, char **arguments) {
  while (*++arguments) puts(*arguments);
  puts(getenv("GREETING") ?: "none");
  FILE *words = fopen("data/words.txt", "r");
  int byte;
  while ((byte = getc(words)) != EOF) putchar(byte);
  const char *slash = strrchr(__FILE__, '/');
  printf("\\n%d\\n%s\\n", answer, slash ? slash + 1 : __FILE__);
  fputs("err\\n", stderr);
  char line[1000];
  printf("name? "); fflush(stdout);
  fgets(line, sizeof line, stdin); printf("hello %s", line);
  while (fgets(line, sizeof line, stdin)) {
    for (char *letter = line; *letter; letter++) *letter = toupper(*letter);
    printf("%s%s", line, strchr(line, '\\n') ? "" : "\\n");
  }
  puts("end");
  return 7;
}`,
  module: { path: 'deep/other.h', content: 'static const int answer = 42;\n' },
  fileName: 'program.c',
  neverGiveUp: `#include <signal.h>
int main(void) { for (int s = 1; s < 32; s++) signal(s, SIG_IGN); volatile int i = 0; for (;;) i++; }`,
  fail: null,
  syntaxError: 'int int main(',
  syntaxErrorText: /error:/,
};

const cpp: BasicPrograms = {
  ...c,
  language: 'cpp',
  everything: `#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include "deep/other.h"
int main(int n, char **arguments) {
  while (*++arguments) std::cout << *arguments << "\\n";
  const char *greeting = std::getenv("GREETING");
  std::string file = __FILE__, line;
  std::cout << (greeting ? greeting : "none") << "\\n" << std::ifstream("data/words.txt").rdbuf() << "\\n";
  std::cout << answer << "\\n" << file.substr(file.rfind('/') + 1) << "\\n";
  std::cerr << "err\\n";
  std::cout << "name? ";
  std::getline(std::cin, line);
  std::cout << "hello " << line << std::endl;
  while (std::getline(std::cin, line)) {
    std::transform(line.begin(), line.end(), line.begin(), ::toupper);
    std::cout << line << std::endl;
  }
  std::cout << "end\\n";
  return 7;
}`,
  module: { path: 'deep/other.h', content: 'const int answer = 42;\n' },
  fileName: 'program.cc',
};

const ruby: BasicPrograms = {
  language: 'ruby',
  everything: `require_relative "other"
ARGV.each { |argument| puts argument }
puts ENV["GREETING"], File.read("data/words.txt"), ANSWER, File.basename(__FILE__)
warn "err"
print "name? "
puts "hello #{STDIN.gets}"
while line = STDIN.gets do puts line.upcase end
puts "end"
exit 7`,
  module: { path: 'other.rb', content: 'ANSWER = 42\n' },
  fileName: 'program.rb',
  neverGiveUp: 'loop { begin; loop {}; rescue Exception; end }',
  fail: 'class Oops < StandardError; end\nputs "before"\nraise Oops, "no"',
  syntaxError: 'def def (',
  syntaxErrorText: /syntax error|SyntaxError/,
};

const perl: BasicPrograms = {
  language: 'perl',
  everything: `use File::Basename;
require "./other.pl";
print "$_\\n" for @ARGV;
print $ENV{GREETING} // "none", "\\n";
open my $words, "<", "data/words.txt";
print <$words>, "\\n", answer(), "\\n", basename(__FILE__), "\\n";
print STDERR "err\\n";
print "name? ";
my $name = <STDIN>;
print "hello $name";
while (my $line = <STDIN>) { chomp $line; print uc $line, "\\n"; }
print "end\\n";
exit 7;`,
  module: { path: 'other.pl', content: 'sub answer { 42 }\n1;\n' },
  fileName: 'program.pl',
  neverGiveUp: '$SIG{$_} = "IGNORE" for qw(INT TERM HUP QUIT); while (1) { eval { 1 while 1 } }',
  fail: 'print "before\\n";\n\ndie "Oops";',
  failCode: 255,
  syntaxError: 'sub sub (',
  syntaxErrorCode: 255,
  syntaxErrorText: /main\.pl line 1/,
};

const lua: BasicPrograms = {
  language: 'lua',
  everything: `local answer = require("other")
for _, argument in ipairs(arg) do print(argument) end
print(os.getenv("GREETING"))
print(io.open("data/words.txt"):read("a"))
print(answer)
print(arg[0])
io.stderr:write("err\\n")
io.write("name? ") io.flush()
print("hello " .. io.read("l"))
for line in io.lines() do print(line:upper()) end
print("end")
os.exit(7, true)`,
  module: { path: 'other.lua', content: 'return 42\n' },
  fileName: 'program.lua',
  neverGiveUp: 'while true do pcall(function() while true do end end) end',
  fail: 'print("before")\n\nerror("Oops")',
  syntaxError: 'function function',
  syntaxErrorText: /expected/,
};

const php: BasicPrograms = {
  language: 'php',
  everything: `<?php
require "other.php";
foreach (array_slice($argv, 1) as $argument) echo $argument, "\\n";
echo getenv("GREETING") ?: "none", "\\n", file_get_contents("data/words.txt"), "\\n", $answer, "\\n", basename(__FILE__), "\\n";
fwrite(STDERR, "err\\n");
echo "name? ";
echo "hello ", fgets(STDIN);
while (($line = fgets(STDIN)) !== false) echo strtoupper(rtrim($line)), "\\n";
echo "end\\n";
exit(7);`,
  module: { path: 'other.php', content: '<?php $answer = 42;' },
  fileName: 'program.php',
  neverGiveUp: '<?php while (true) { try { while (true); } catch (Throwable $e) {} }',
  fail: '<?php class Oops extends Exception {}\necho "before\\n";\nthrow new Oops("no");',
  failCode: 255,
  syntaxError: '<?php function function',
  syntaxErrorCode: 255,
  syntaxErrorText: /Parse error/,
};

/** In the languages of the launchers of `PROGRAMS` beside those. */
export const BASIC_PROGRAMS: readonly BasicPrograms[] = [typescript];

/** In the languages of the launcher that runs commands beside those of `NATIVE_PROGRAMS`. */
export const NATIVE_BASIC_PROGRAMS: readonly BasicPrograms[] = [c, cpp, ruby, perl, lua, php];
