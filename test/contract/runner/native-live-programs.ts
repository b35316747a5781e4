import type { LivePrograms } from './live-input.ts';

/** Programs that are answered and interrupted, in languages that the native host runs by their commands. */
export const NATIVE_LIVE_PROGRAMS: readonly LivePrograms[] = [
  {
    language: 'bash',
    greet: `printf 'name? '; read -r name; echo "hello $name"
while read -r line || [ "$line" ]; do echo "\${line^^}"; done; echo end`,
    digest: `cat >all; echo "$(wc -c <all) $(sha256sum <all | cut -d' ' -f1)"`,
    ignore: 'echo up; while true; do sleep 1; done',
    close: 'exec <&-; echo closed; sleep 1; echo end',
    compute: `trap 'echo interrupted; exit 3' INT; echo up; while true; do :; done`,
    wait: `trap 'echo interrupted; exit 3' INT; echo up; read -r line`,
  },
  {
    language: 'c',
    greet: `#include <stdio.h>
#include <ctype.h>
#include <string.h>
int main(void) {
  char line[1000];
  printf("name? "); fflush(stdout);
  fgets(line, sizeof line, stdin); printf("hello %s", line);
  while (fgets(line, sizeof line, stdin)) {
    for (char *c = line; *c; c++) *c = toupper(*c);
    printf("%s%s", line, strchr(line, '\\n') ? "" : "\\n");
  }
  puts("end");
}`,
    digest: `#include <stdlib.h>
int main(void) {
  return system("cat >all; echo \\"$(wc -c <all) $(sha256sum <all | cut -d' ' -f1)\\"");
}`,
    ignore: '#include <stdio.h>\n#include <unistd.h>\nint main(void) { puts("up"); for (;;) sleep(1); }',
    close:
      '#include <stdio.h>\n#include <unistd.h>\nint main(void) { close(0); puts("closed"); sleep(1); puts("end"); }',
    compute: interruptedC('for (;;) ;'),
    wait: interruptedC('getchar(); for (;;) pause();'),
  },
  {
    language: 'ruby',
    greet:
      'print "name? "; puts "hello #{STDIN.gets}"\nwhile line = STDIN.gets do puts line.upcase end\nputs "end"',
    digest:
      'require "digest"; data = STDIN.binmode.read; puts "#{data.bytesize} #{Digest::SHA256.hexdigest(data)}"',
    ignore: 'puts "up"; loop { sleep 1 }',
    close: 'STDIN.close; puts "closed"; sleep 1; puts "end"',
    compute: 'begin; puts "up"; loop {}; rescue Interrupt; puts "interrupted"; exit 3; end',
    wait: 'begin; puts "up"; STDIN.gets; rescue Interrupt; puts "interrupted"; exit 3; end',
  },
  {
    language: 'perl',
    greet:
      'print "name? "; my $name = <STDIN>; print "hello $name"; while (my $line = <STDIN>) { chomp $line; print uc $line, "\\n"; } print "end\\n";',
    digest:
      'use Digest::SHA "sha256_hex"; binmode STDIN; local $/; my $data = <STDIN>; print length $data, " ", sha256_hex($data), "\\n";',
    ignore: 'print "up\\n"; sleep 1 while 1;',
    close: 'close STDIN; print "closed\\n"; sleep 1; print "end\\n";',
    compute: '$SIG{INT} = sub { print "interrupted\\n"; exit 3 }; print "up\\n"; 1 while 1;',
    wait: '$SIG{INT} = sub { print "interrupted\\n"; exit 3 }; print "up\\n"; my $line = <STDIN>;',
  },
];

function interruptedC(rest: string): string {
  return `#include <signal.h>
#include <stdio.h>
#include <unistd.h>
static void interrupted(int number) { write(1, "interrupted\\n", 12); _exit(3); }
int main(void) { signal(SIGINT, interrupted); puts("up"); ${rest} }`;
}
