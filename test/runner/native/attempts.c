// Each attempt prints a line: its name, and whether it reached what it went for.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static void tell(const char *name, int reached) { printf("%s %s\n", name, reached ? "reached" : "refused"); }

static void tell_call(const char *name, long result) {
  tell(name, result >= 0);
  if (result > 2) close((int)result);
}

static int in_child(int (*attempt)(void)) {
  pid_t child = fork();
  if (child == 0) _exit(attempt() == 0 ? 0 : 1);
  int status = 1;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static int traced(void) { return ptrace(PTRACE_TRACEME, 0, 0, 0) == 0 ? 0 : -1; }
static int new_user(void) { return syscall(SYS_unshare, 0x10000000); }
static int new_mounts(void) { return syscall(SYS_unshare, 0x10000000 | 0x00020000); }
static int dumps_core(void) {
  struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
  return setrlimit(RLIMIT_CORE, &limit);
}

static int reads(const char *path) {
  char text[64];
  int file = open(path, O_RDONLY);
  int count = file < 0 ? -1 : (int)read(file, text, sizeof text);
  if (file >= 0) close(file);
  return count > 0;
}

static int connects(int family, const void *address, socklen_t length) {
  int one = socket(family, SOCK_STREAM, 0);
  int reached = one >= 0 && connect(one, address, length) == 0;
  if (one >= 0) close(one);
  return reached;
}

int main(int count, char **words) {
  if (count < 5) return 2;
  pid_t server = atoi(words[1]);
  int port = atoi(words[2]);
  const char *abstract = words[3], *secret = words[4];

  tell("ptrace", in_child(traced));
  tell("user namespace", in_child(new_user));
  tell("mount namespace", in_child(new_mounts));
  tell_call("open_tree", syscall(428, AT_FDCWD, "/", 0));
  tell_call("keyring", syscall(SYS_keyctl, 0, -3, 1) >= 0 ? 0 : -1);
  char bytes[256] = {0};
  ((int *)bytes)[0] = 1;
  ((int *)bytes)[1] = 112;
  tell_call("perf", syscall(SYS_perf_event_open, bytes, 0, -1, -1, 0));
  char map[72] = {0};
  int *create = (int *)map;
  create[0] = 2, create[1] = 4, create[2] = 4, create[3] = 1;
  tell_call("bpf", syscall(SYS_bpf, 0, map, sizeof map));
  char ring[256] = {0};
  tell_call("io_uring", syscall(425, 1, ring));
  tell_call("userfaultfd", syscall(SYS_userfaultfd, 1));
  tell_call("netlink", socket(16, SOCK_RAW, 0));
  tell_call("memory that no process owns", syscall(SYS_memfd_create, "x", 0));
  tell_call("shared memory", syscall(SYS_shmget, 0, 4096, 0600) >= 0 ? 0 : -1);
  tell("core dumps", in_child(dumps_core));
  tell("new privileges", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0);
  tell("signal to the server", kill(server, 0) == 0);
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/environ", server);
  tell("the server's variables", reads(path));
  tell("a file of the server", reads(secret));
  tell("/sys", reads("/sys/kernel/uevent_seqnum") || reads("/sys/kernel/mm/transparent_hugepage/enabled"));
  int setting = open("/proc/sys/kernel/printk", O_WRONLY);
  tell("/proc/sys", setting >= 0);
  if (setting >= 0) close(setting);
  struct sockaddr_in tcp = {.sin_family = AF_INET, .sin_port = htons(port)};
  tcp.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  tell("a port of the machine", connects(AF_INET, &tcp, sizeof tcp));
  struct sockaddr_un local = {.sun_family = AF_UNIX};
  size_t length = strlen(abstract);
  memcpy(local.sun_path + 1, abstract, length);
  tell("an abstract socket", connects(AF_UNIX, &local, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length)));
  int more = 0;
  for (int file = 3; file < 1024; file++) more += fcntl(file, F_GETFD) >= 0;
  tell("inherited descriptors", more > 0);
  return 0;
}
