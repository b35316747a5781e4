import type { Attempt } from '../attempt.ts';

const PRELUDE = `#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *text(const char *name) { return getenv(name); }
static int number(const char *name) { return atoi(getenv(name)); }

/* A path with the number of a process in it. */
static const char *of(const char *process, const char *rest) {
  static char path[512];
  snprintf(path, sizeof path, "/proc/%s/%s", process, rest);
  return path;
}

static const char *below(const char *directory, const char *name) {
  static char path[512];
  snprintf(path, sizeof path, "%s/%s", directory, name);
  return path;
}

static long reads(const char *path) {
  char bytes[64];
  int file = open(path, O_RDONLY | O_NONBLOCK);
  return file < 0 ? -1 : read(file, bytes, sizeof bytes) > 0 ? 1 : -1;
}

static long connects(int family, const void *address, socklen_t length) {
  int one = socket(family, SOCK_STREAM, 0);
  return one < 0 ? -1 : connect(one, address, length);
}
`;

const MAIN = `
int main(void) {
  for (unsigned i = 0; i < sizeof attempts / sizeof *attempts; i++) {
    long answer[2] = {-1, 0};
    int ends[2], status = 0;
    if (pipe(ends) != 0) return 2;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
      alarm(3);
      close(ends[0]);
      errno = 0;
      answer[0] = attempts[i].make();
      answer[1] = errno;
      if (write(ends[1], answer, sizeof answer) < 0) _exit(1);
      _exit(0);
    }
    close(ends[1]);
    int told = read(ends[0], answer, sizeof answer) == sizeof answer;
    close(ends[0]);
    waitpid(child, &status, 0);
    printf("\\n@attempt {\\"name\\":\\"%s\\",\\"reached\\":%s,\\"detail\\":\\"", attempts[i].name,
           told && answer[0] >= 0 ? "true" : "false");
    if (!told) printf("ended by signal %d", WTERMSIG(status));
    else if (answer[0] >= 0) printf("%ld", answer[0]);
    else printf("%s", strerror(answer[1]));
    puts("\\"}");
  }
}
`;

/** One C program that makes the attempts, each in a process of its own, and prints how each ended. */
export function composeC(attempts: readonly Attempt[]): string {
  const functions = attempts.map(({ code }, index) => `static long attempt${index}(void) {\n${code.c}\n}`);
  const table = attempts.map(({ name }, index) => `{${JSON.stringify(name)}, attempt${index}}`);
  return [
    PRELUDE,
    ...functions,
    `static const struct { const char *name; long (*make)(void); } attempts[] = {${table.join(',\n')}};`,
    MAIN,
  ].join('\n');
}
