import { LONG_LINE, MANY_LINES, type Programs } from './programs.ts';

const bash: Programs = {
  language: 'bash',
  hello: 'echo hello',
  printArguments: 'for a in "$@"; do printf "%s\\n" "$a"; done',
  shoutStdin: "sed 's/.*/\\U&/'",
  printGreeting: 'echo "$GREETING"',
  printFile: 'cat data/words.txt; echo',
  importModule: 'source ./other.sh\necho $answer',
  module: { path: 'other.sh', content: 'answer=42\n' },
  printFileName: 'basename "$0"',
  otherFileName: 'program.bash',
  printToBoth: 'echo out\necho err >/dev/stderr',
  printWithoutNewline: 'printf "name? "; sleep 60',
  printNotUtf8: 'printf "a\\xffb\\n"',
  printLongLine: `head -c ${LONG_LINE} /dev/zero | tr "\\0" x; echo`,
  printManyLines: `for ((i = 0; i < ${MANY_LINES}; i++)); do echo $i; done`,
  printForever: 'while true; do echo again and again; done',
  waitForever: 'echo started; while true; do sleep 1; done',
  neverGiveUp: "trap '' TERM INT HUP QUIT\nwhile true; do :; done",
  eatMemory: 'a=x; while true; do a=$a$a; done',
  exitWith7: 'exit 7',
  fail: 'echo before\n\nOops no',
  failCode: 127,
  syntaxError: 'if then',
  syntaxErrorCode: 2,
  syntaxErrorText: /syntax error/,
};

const c: Programs = {
  language: 'c',
  isCompiled: true,
  hello: '#include <stdio.h>\nint main(void) { puts("hello"); }',
  printArguments: '#include <stdio.h>\nint main(int n, char **a) { while (*++a) puts(*a); }',
  shoutStdin: `#include <stdio.h>
#include <locale.h>
#include <wctype.h>
#include <wchar.h>
int main(void) { setlocale(LC_ALL, ""); wint_t c; while ((c = getwchar()) != WEOF) putwchar(towupper(c)); }`,
  printGreeting:
    '#include <stdio.h>\n#include <stdlib.h>\nint main(void) { puts(getenv("GREETING") ?: "none"); }',
  printFile: `#include <stdio.h>
int main(void) { FILE *f = fopen("data/words.txt", "r"); int c; while ((c = getc(f)) != EOF) putchar(c); puts(""); }`,
  importModule: '#include <stdio.h>\n#include "deep/other.h"\nint main(void) { printf("%d\\n", answer); }',
  module: { path: 'deep/other.h', content: 'static const int answer = 42;\n' },
  printFileName: `#include <stdio.h>
#include <string.h>
int main(void) { const char *s = strrchr(__FILE__, '/'); puts(s ? s + 1 : __FILE__); }`,
  otherFileName: 'program.c',
  printToBoth: '#include <stdio.h>\nint main(void) { puts("out"); fputs("err\\n", stderr); }',
  printWithoutNewline:
    '#include <stdio.h>\n#include <unistd.h>\nint main(void) { printf("name? "); fflush(stdout); sleep(60); }',
  printNotUtf8: '#include <stdio.h>\nint main(void) { puts("a\\377b"); }',
  printLongLine: `#include <stdio.h>\nint main(void) { for (int i = 0; i < ${LONG_LINE}; i++) putchar('x'); puts(""); }`,
  printManyLines: `#include <stdio.h>\nint main(void) { for (int i = 0; i < ${MANY_LINES}; i++) printf("%d\\n", i); }`,
  printForever: '#include <stdio.h>\nint main(void) { for (;;) puts("again and again"); }',
  waitForever:
    '#include <stdio.h>\n#include <unistd.h>\nint main(void) { puts("started"); for (;;) sleep(1); }',
  neverGiveUp: `#include <signal.h>
int main(void) { for (int s = 1; s < 32; s++) signal(s, SIG_IGN); volatile int i = 0; for (;;) i++; }`,
  eatMemory: `#include <stdlib.h>
#include <string.h>
int main(void) { for (;;) { char *p = malloc(1 << 20); if (p) memset(p, 1, 1 << 20); } }`,
  exitWith7: 'int main(void) { return 7; }',
  fail: null,
  syntaxError: 'int int main(',
  syntaxErrorText: /error:/,
};

const cpp: Programs = {
  ...c,
  language: 'cpp',
  hello: '#include <iostream>\nint main() { std::cout << "hello\\n"; }',
  printArguments: '#include <iostream>\nint main(int n, char **a) { while (*++a) std::cout << *a << "\\n"; }',
  printGreeting:
    '#include <iostream>\n#include <cstdlib>\nint main() { std::cout << std::getenv("GREETING") << "\\n"; }'.replace(
      'std::getenv("GREETING")',
      '(std::getenv("GREETING") ? std::getenv("GREETING") : "none")',
    ),
  otherFileName: 'program.cc',
  eatMemory:
    '#include <vector>\nint main() { std::vector<std::vector<int>> v; for (;;) v.emplace_back(262144, 1); }',
  module: { path: 'deep/other.h', content: 'const int answer = 42;\n' },
};

const ruby: Programs = {
  language: 'ruby',
  hello: 'puts "hello"',
  printArguments: 'ARGV.each { |a| puts a }',
  shoutStdin: 'print STDIN.read.upcase',
  printGreeting: 'puts ENV["GREETING"]',
  printFile: 'puts File.read("data/words.txt")',
  importModule: 'require_relative "other"\nputs ANSWER',
  module: { path: 'other.rb', content: 'ANSWER = 42\n' },
  printFileName: 'puts File.basename(__FILE__)',
  otherFileName: 'program.rb',
  printToBoth: 'puts "out"\nwarn "err"',
  printWithoutNewline: 'print "name? "\nsleep 60',
  printNotUtf8: 'puts "a\\xffb"',
  printLongLine: `puts "x" * ${LONG_LINE}`,
  printManyLines: `${MANY_LINES}.times { |i| puts i }`,
  printForever: 'loop { puts "again and again" }',
  waitForever: 'puts "started"\nloop { sleep 1 }',
  neverGiveUp: 'loop { begin; loop {}; rescue Exception; end }',
  eatMemory: 'kept = []\nloop { kept << ("x" * 1_000_000) }',
  exitWith7: 'exit 7',
  fail: 'class Oops < StandardError; end\nputs "before"\nraise Oops, "no"',
  syntaxError: 'def def (',
  syntaxErrorText: /syntax error|SyntaxError/,
};

const perl: Programs = {
  language: 'perl',
  hello: 'print "hello\\n";',
  printArguments: 'print "$_\\n" for @ARGV;',
  shoutStdin: 'use open qw(:std :utf8); print uc while <STDIN>;',
  printGreeting: 'print(($ENV{GREETING} // "none"), "\\n");',
  printFile: 'open my $f, "<", "data/words.txt"; print <$f>, "\\n";',
  importModule: 'require "./other.pl";\nprint answer(), "\\n";',
  module: { path: 'other.pl', content: 'sub answer { 42 }\n1;\n' },
  printFileName: 'use File::Basename; print basename(__FILE__), "\\n";',
  otherFileName: 'program.pl',
  printToBoth: 'print "out\\n"; print STDERR "err\\n";',
  printWithoutNewline: 'print "name? "; sleep 60;',
  printNotUtf8: 'print "a\\xffb\\n";',
  printLongLine: `print "x" x ${LONG_LINE}, "\\n";`,
  printManyLines: `print "$_\\n" for 0 .. ${MANY_LINES - 1};`,
  printForever: 'print "again and again\\n" while 1;',
  waitForever: 'print "started\\n"; sleep 1 while 1;',
  neverGiveUp: '$SIG{$_} = "IGNORE" for qw(INT TERM HUP QUIT); while (1) { eval { 1 while 1 } }',
  eatMemory: 'my @kept; push @kept, "x" x 1_000_000 . scalar @kept while 1;',
  exitWith7: 'exit 7;',
  fail: 'print "before\\n";\n\ndie "Oops";',
  failCode: 255,
  syntaxError: 'sub sub (',
  syntaxErrorCode: 255,
  syntaxErrorText: /main\.pl line 1/,
};

const lua: Programs = {
  language: 'lua',
  hello: 'print("hello")',
  printArguments: 'for _, a in ipairs(arg) do print(a) end',
  shoutStdin: 'io.write((io.read("a"):upper():gsub("é", "É")))',
  printGreeting: 'print(os.getenv("GREETING"))',
  printFile: 'print(io.open("data/words.txt"):read("a"))',
  importModule: 'print((require("other")))',
  module: { path: 'other.lua', content: 'return 42\n' },
  printFileName: 'print(arg[0])',
  otherFileName: 'program.lua',
  printToBoth: 'print("out")\nio.stderr:write("err\\n")',
  printWithoutNewline: 'io.write("name? ") io.flush() os.execute("sleep 60")',
  printNotUtf8: 'print("a\\xffb")',
  printLongLine: `print(("x"):rep(${LONG_LINE}))`,
  printManyLines: `for i = 0, ${MANY_LINES - 1} do print(i) end`,
  printForever: 'while true do print("again and again") end',
  waitForever: 'print("started") while true do os.execute("sleep 1") end',
  neverGiveUp: 'while true do pcall(function() while true do end end) end',
  eatMemory: 'local kept = {} while true do kept[#kept + 1] = ("x"):rep(1000000) .. #kept end',
  exitWith7: 'os.exit(7)',
  fail: 'print("before")\n\nerror("Oops")',
  syntaxError: 'function function',
  syntaxErrorText: /expected/,
};

const php: Programs = {
  language: 'php',
  hello: '<?php echo "hello\\n";',
  printArguments: '<?php foreach (array_slice($argv, 1) as $a) echo $a, "\\n";',
  shoutStdin: '<?php echo str_replace("é", "É", strtoupper(stream_get_contents(STDIN)));',
  printGreeting: '<?php echo getenv("GREETING") ?: "none", "\\n";',
  printFile: '<?php echo file_get_contents("data/words.txt"), "\\n";',
  importModule: '<?php require "other.php"; echo $answer, "\\n";',
  module: { path: 'other.php', content: '<?php $answer = 42;' },
  printFileName: '<?php echo basename(__FILE__), "\\n";',
  otherFileName: 'program.php',
  printToBoth: '<?php echo "out\\n"; fwrite(STDERR, "err\\n");',
  printWithoutNewline: '<?php echo "name? "; sleep(60);',
  printNotUtf8: '<?php echo "a\\xffb\\n";',
  printLongLine: `<?php echo str_repeat("x", ${LONG_LINE}), "\\n";`,
  printManyLines: `<?php for ($i = 0; $i < ${MANY_LINES}; $i++) echo $i, "\\n";`,
  printForever: '<?php while (true) echo "again and again\\n";',
  waitForever: '<?php echo "started\\n"; while (true) sleep(1);',
  neverGiveUp: '<?php while (true) { try { while (true); } catch (Throwable $e) {} }',
  eatMemory:
    '<?php ini_set("memory_limit", "-1"); $kept = []; while (true) $kept[] = str_repeat("x", 1000000);',
  exitWith7: '<?php exit(7);',
  fail: '<?php class Oops extends Exception {}\necho "before\\n";\nthrow new Oops("no");',
  failCode: 255,
  syntaxError: '<?php function function',
  syntaxErrorCode: 255,
  syntaxErrorText: /Parse error/,
};

/** The languages that the native host runs by their commands, as far as the whole suite is tried with them. */
export const NATIVE_PROGRAMS: readonly Programs[] = [bash, c, cpp, ruby, php, perl, lua];
