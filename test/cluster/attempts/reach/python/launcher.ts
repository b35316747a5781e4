import type { Reach } from '../reach.ts';

/** Its launcher, which shares its uid, and processes that do not. */
export const launcher: readonly Reach[] = [
  {
    name: 'environment of its launcher',
    code: `reached = open("/proc/1/environ", "rb").read()`,
    refusal: /PermissionError/,
  },
  {
    name: 'memory of its launcher',
    code: `reached = open("/proc/1/mem", "rb")`,
    refusal: /PermissionError/,
  },
  {
    name: 'stdin of its launcher',
    code: `reached = open("/proc/1/fd/0", "rb")`,
    refusal: /PermissionError/,
  },
  {
    name: 'stdout of its launcher',
    code: `reached = open("/proc/1/fd/1", "wb")`,
    refusal: /PermissionError/,
  },
  {
    name: 'memory of its launcher by a system call',
    code: `
import ctypes
class Vector(ctypes.Structure): _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]
maps = open("/proc/1/maps").read()
address = int(maps.split("-")[0], 16)
room = ctypes.create_string_buffer(8)
reached = system_call("process_vm_readv", 1, ctypes.byref(Vector(ctypes.addressof(room), 8)), 1, ctypes.byref(Vector(address, 8)), 1, 0)`,
    refusal: /PermissionError|not permitted/,
    uncontrolled: 'the control is its own process 1',
  },
  {
    name: 'processes that are not of its pod',
    code: `
import os
own = {str(os.getuid())}
reached = []
for name in filter(str.isdigit, os.listdir("/proc")):
    status = open(f"/proc/{name}/status").read()
    if set(status.split("Uid:")[1].split("\\n")[0].split()) != own: reached.append(name)
if not reached: raise LookupError("no other process")`,
    refusal: /no other process/,
    uncontrolled: 'containers of one node do not see each other',
  },
];
