import type { Attempt } from '../attempt.ts';

/** Reading, changing and finding files of the host, also by ways that are not their path. */
export const files: readonly Attempt[] = [
  {
    name: 'read a file of the server',
    code: {
      c: 'return reads(text("SECRET_FILE"));',
      python: 'reached = open(env["SECRET_FILE"]).read()',
      javascript: "return fs.readFileSync(env.SECRET_FILE, 'utf8')",
      bash: 'cat "$SECRET_FILE"',
    },
  },
  {
    name: 'read it by going up',
    code: {
      c: 'char path[600]; snprintf(path, sizeof path, "../../../../../../../..%s", text("SECRET_FILE")); return reads(path);',
      python: 'reached = open("../../../../../../../.." + env["SECRET_FILE"]).read()',
      javascript: "return fs.readFileSync('../../../../../../../..' + env.SECRET_FILE, 'utf8')",
      bash: 'cat "../../../../../../../..$SECRET_FILE"',
    },
  },
  {
    name: 'read it through a link',
    code: {
      python: 'import os\nos.symlink(env["SECRET_FILE"], "link-p")\nreached = open("link-p").read()',
      javascript: "fs.symlinkSync(env.SECRET_FILE, 'link-j'); return fs.readFileSync('link-j', 'utf8')",
      bash: 'ln -s "$SECRET_FILE" link-b && cat link-b',
    },
  },
  {
    name: 'link to it',
    code: {
      c: 'return link(text("SECRET_FILE"), below(text("DIRECTORY"), "hard-c"));',
      bash: 'ln "$SECRET_FILE" "$DIRECTORY/hard-b"',
    },
  },
  {
    name: 'make a file beside it',
    code: {
      c: 'return open(below(text("DIRECTORY"), "made-c"), O_CREAT | O_WRONLY, 0600);',
      python: 'reached = open(env["DIRECTORY"] + "/made-p", "w")',
      javascript: "return fs.writeFileSync(env.DIRECTORY + '/made-j', 'x') ?? 'made'",
      bash: 'echo x >"$DIRECTORY/made-b"',
    },
  },
  {
    name: 'overwrite a file',
    code: {
      c: 'int file = open(text("DATABASE"), O_WRONLY); return file < 0 ? -1 : write(file, "x", 1);',
      python: 'reached = open(env["DATABASE"], "r+").write("x")',
      javascript: "return fs.appendFileSync(env.DATABASE, 'x') ?? 'written'",
      bash: 'echo x >>"$DATABASE"',
    },
  },
  {
    name: 'list the directory of the server',
    code: {
      c: 'return opendir(text("DIRECTORY")) == NULL ? -1 : 1;',
      python: 'import os\nreached = os.listdir(env["DIRECTORY"])',
      javascript: 'return fs.readdirSync(env.DIRECTORY)',
      bash: 'ls "$DIRECTORY"',
    },
  },
  {
    name: 'read it below the root of another process',
    code: {
      c: 'char rest[600]; snprintf(rest, sizeof rest, "root%s", text("SECRET_FILE")); return reads(of(text("BYSTANDER"), rest));',
      python: 'reached = open("/proc/" + env["BYSTANDER"] + "/root" + env["SECRET_FILE"]).read()',
      javascript: "return fs.readFileSync('/proc/' + env.BYSTANDER + '/root' + env.SECRET_FILE, 'utf8')",
      bash: 'cat "/proc/$BYSTANDER/root$SECRET_FILE"',
    },
  },
  {
    name: 'read it below the root of any process',
    code: {
      bash: 'for root in /proc/[0-9]*/root; do cat "$root$SECRET_FILE" 2>/dev/null && exit 0; done; exit 1',
    },
  },
  {
    name: 'read it below the current directory of any process',
    code: {
      bash: 'for cwd in /proc/[0-9]*/cwd; do cat "$cwd/../../../../../../..$SECRET_FILE" 2>/dev/null && exit 0; done; exit 1',
    },
  },
  {
    name: 'read it through what a process has open',
    code: {
      bash: 'for file in /proc/[0-9]*/fd/*; do cat "$file/../../../../../..$SECRET_FILE" 2>/dev/null && exit 0; done; exit 1',
    },
    uncontrolled: 'only a process that has a directory open gives it away',
  },
  {
    name: 'a handle of it',
    code: {
      c: 'char handle[200] = {0}; int mount; *(unsigned *)handle = 128; return syscall(SYS_name_to_handle_at, AT_FDCWD, text("SECRET_FILE"), handle, &mount, 0);',
    },
  },
  {
    name: 'accounts of the machine',
    code: { c: 'return reads("/etc/shadow");', python: 'reached = open("/etc/shadow").read()' },
    isRoots: true,
  },
  {
    name: 'what services keep',
    code: {
      c: 'return opendir("/var/lib") == NULL ? -1 : 1;',
      python: 'import os\nreached = os.listdir("/var/lib")',
      javascript: "return fs.readdirSync('/var/lib')",
      bash: 'ls /var/lib',
    },
  },
  {
    name: 'change the tools of the machine',
    code: {
      c: 'int file = open("/usr/bin/env", O_WRONLY); return file;',
      python: 'import os\nopen("/usr/podline-attempt", "w")\nos.unlink("/usr/podline-attempt")',
      javascript: "fs.writeFileSync('/usr/podline-attempt', ''); return fs.rmSync('/usr/podline-attempt')",
      bash: 'touch /usr/podline-attempt && rm /usr/podline-attempt',
    },
    isRoots: true,
    uncontrolled: 'a program that runs cannot be opened to be written',
  },
  {
    name: 'change the mode and times of tools',
    code: {
      c: 'return chmod("/usr/bin", 0755);',
      python: 'import os\nos.chmod("/usr/bin", 0o755)',
      javascript: "return fs.chmodSync('/usr/bin', 0o755) ?? 'changed'",
      bash: 'chmod 755 /usr/bin',
    },
    isRoots: true,
  },
  {
    name: 'change the mode of what is the server’s in the sandbox',
    code: {
      bash: 'for file in /podline/* /podline/bin/* /etc/passwd; do chmod 777 "$file" 2>/dev/null && exit 0; done; exit 1',
    },
    uncontrolled: 'there is no such file',
  },
  {
    name: 'a root of its own',
    code: { c: 'return chroot(".");', python: 'import os\nos.chroot(".")', bash: 'chroot / true' },
    isRoots: true,
  },
];
