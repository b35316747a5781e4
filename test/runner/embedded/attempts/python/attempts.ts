import type { Attempt } from '../attempt.ts';

/** What Python itself offers; the JavaScript around it is tried with the attempts in ../javascript. */
export const python: readonly Attempt[] = [
  { name: 'open', code: `reached = open(host["secretText"]).read()`, refusal: 'FileNotFoundError' },
  {
    name: 'a path that leaves the working directory',
    code: `reached = open("/program/../.." + host["secretText"]).read()`,
    refusal: 'FileNotFoundError',
  },
  {
    name: 'a symbolic link of its own',
    code: `
import os
os.symlink(host["secretText"], "link")
reached = open("link").read()`,
    refusal: 'FileNotFoundError',
  },
  {
    name: 'os.listdir',
    code: `import os; reached = os.listdir(host["directory"])`,
    refusal: 'FileNotFoundError',
  },
  {
    name: '/etc/passwd of the host',
    code: `reached = open("/etc/shadow").read()`,
    refusal: 'FileNotFoundError',
  },
  {
    name: 'environ of the server',
    code: `reached = open("/proc/%d/environ" % host["serverPid"], "rb").read()`,
    refusal: 'FileNotFoundError',
  },
  {
    name: 'own environ in /proc',
    code: `reached = open("/proc/self/environ", "rb").read()`,
    refusal: 'FileNotFoundError',
  },
  {
    name: "the server's variable",
    code: `import os; reached = os.environ[host["variable"]]`,
    refusal: 'KeyError',
  },
  {
    name: 'os.getenvb',
    code: `
import os
if os.getenvb(host["variable"].encode()) is None: raise LookupError("no such variable")`,
    refusal: 'LookupError',
  },
  {
    name: 'variables of the launcher',
    code: `
import os
reached = [name for name in os.environ if name.startswith(("DENO", "NODE", "PODLINE"))]
if not reached: raise LookupError("no such variable")`,
    refusal: 'LookupError',
  },
  {
    name: 'the host name',
    code: `
import os, socket
reached = os.uname().nodename
if reached == "emscripten": raise LookupError("no host name")`,
    refusal: 'LookupError',
  },
  {
    name: 'socket',
    code: `
import socket
reached = socket.create_connection(("127.0.0.1", host["tcpPort"]), timeout=1)`,
    refusal: 'error',
  },
  {
    name: 'the C module of sockets',
    code: `
import _socket
reached = _socket.socket(2, 1)
reached.connect(("127.0.0.1", host["tcpPort"]))`,
    refusal: 'Error',
  },
  {
    name: 'a datagram',
    code: `
import socket
reached = socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", host["udpPort"]))`,
    refusal: 'Error',
  },
  {
    name: 'a name',
    code: `import socket; reached = socket.getaddrinfo("localhost", 80)`,
    refusal: 'gaierror',
  },
  {
    name: 'urllib',
    code: `import urllib.request; reached = urllib.request.urlopen("http://127.0.0.1:%d/" % host["tcpPort"])`,
    refusal: 'URLError',
  },
  {
    name: 'urllib of a file',
    code: `import urllib.request; reached = urllib.request.urlopen("file://" + host["secretText"]).read()`,
    refusal: 'URLError',
  },
  {
    name: 'sqlite3',
    code: `
import sqlite3
reached = sqlite3.connect("file:" + host["database"] + "?mode=ro", uri=True).execute("select 1").fetchall()`,
    refusal: 'OperationalError',
  },
  {
    name: 'subprocess',
    code: `import subprocess; reached = subprocess.run(["/bin/sh", "-c", "echo > %s/made" % host["directory"]])`,
    refusal: 'Error',
  },
  {
    name: 'os.system',
    code: `import os
code = os.system("echo > %s/made" % host["directory"])
if code != 0: raise OSError(code, "the shell found no command")
reached = code`,
    refusal: 'OSError',
  },
  { name: 'os.fork', code: `import os; reached = os.fork()`, refusal: 'Error' },
  { name: 'os.execv', code: `import os; reached = os.execv("/bin/sh", ["sh"])`, refusal: 'OSError' },
  {
    name: 'os.kill of the server',
    code: `import os; reached = os.kill(host["serverPid"], 23)`,
    refusal: 'Error',
  },
  {
    name: 'threading',
    code: `import threading; reached = threading.Thread(target=print).start()`,
    refusal: 'RuntimeError',
  },
  {
    name: 'multiprocessing',
    code: `
import multiprocessing
process = multiprocessing.Process(target=print)
process.start()
reached = process.pid`,
    refusal: 'Error',
  },
  { name: 'the js module', code: `import js; reached = js.Deno`, refusal: 'ModuleNotFoundError' },
  {
    name: 'the pyodide module',
    code: `import pyodide.code; reached = pyodide.code.run_js("Deno")`,
    refusal: 'ModuleNotFoundError',
  },
  {
    name: 'ctypes, a library of the host',
    code: `import ctypes; reached = ctypes.CDLL("libc.so.6").getpid()`,
    refusal: 'OSError',
  },
  {
    name: "ctypes, the C library's system",
    code: `
import ctypes
if ctypes.CDLL(None).system(b"echo made > " + host["directory"].encode() + b"/made") != 0: raise OSError("it failed")`,
    refusal: 'OSError',
  },
  {
    name: "ctypes, the C library's open",
    code: `
import ctypes
reached = ctypes.CDLL(None).open(host["secretText"].encode(), 0)
if reached < 0: raise OSError("it failed")`,
    refusal: 'OSError',
  },
  {
    name: "ctypes, the C library's getenv",
    code: `
import ctypes
getenv = ctypes.CDLL(None).getenv
getenv.restype = ctypes.c_char_p
reached = getenv(host["variable"].encode())
if reached is None: raise LookupError("no such variable")`,
    refusal: 'LookupError',
  },
  {
    name: 'ctypes, a socket',
    code: `
import ctypes, struct
libc = ctypes.CDLL(None)
descriptor = libc.socket(2, 1, 0)
reached = libc.connect(descriptor, struct.pack("<H", 2) + struct.pack(">H", host["tcpPort"]) + b"\\x7f\\0\\0\\1" + bytes(8), 16)
if descriptor < 0 or reached < 0: raise OSError("it failed")`,
    refusal: '',
  },
  {
    name: 'a wheel',
    code: `
import sys
sys.path.insert(0, host["directory"])
import module
reached = module`,
    refusal: 'ModuleNotFoundError',
  },
];
