"""Parts of the standard library that need what is not here (a socket, OpenSSL, a package), done another way."""

import os
import posix
import time


def replace_parts(ready):
    """`ready`: the modules by name."""
    ready["asyncio.selector_events"].BaseSelectorEventLoop._make_self_pipe = _make_self_pipe
    ready["hashlib"].pbkdf2_hmac = _pbkdf2_hmac(ready["hmac"])
    ready["zoneinfo._common"].load_tzdata = _load_tzdata(ready["zoneinfo"])
    ready["zoneinfo"].reset_tzpath(["/usr/share/zoneinfo"])


def add_missing_functions(system):
    """What CPython has on Linux and not on WebAssembly. `system`: for `os.system`."""

    def sched_getaffinity(pid, /):
        return {0}

    def nice(increment, /):
        return 0

    functions = {"system": system, "nice": nice, "geteuid": posix.getuid, "getegid": posix.getgid}
    for module in (os, posix):
        for name, function in (functions | {"sched_getaffinity": sched_getaffinity}).items():
            setattr(module, name, function)
    # One thread is all there is.
    time.thread_time = time.process_time
    time.thread_time_ns = time.process_time_ns


class _PipeEnd:
    """An end of a pipe that looks like the socket through which an event loop wakes itself."""

    def __init__(self, descriptor):
        self._descriptor = descriptor

    def fileno(self):
        return self._descriptor

    def recv(self, size):
        return os.read(self._descriptor, size)

    def send(self, data):
        return os.write(self._descriptor, data)

    def close(self):
        os.close(self._descriptor)


def _make_self_pipe(self):
    ends = os.pipe()
    for end in ends:
        os.set_blocking(end, False)
    self._ssock, self._csock = map(_PipeEnd, ends)
    self._internal_fds += 1
    self._add_reader(self._ssock.fileno(), self._read_from_self)


def _pbkdf2_hmac(hmac):
    def pbkdf2_hmac(hash_name, password, salt, iterations, dklen=None):
        """PBKDF2 (RFC 8018) with HMAC, which is OpenSSL's elsewhere."""
        if iterations < 1:
            raise ValueError("iteration value must be greater than 0.")
        keyed = hmac.new(password, digestmod=hash_name)
        wanted = keyed.digest_size if dklen is None else dklen
        if wanted < 1:
            raise ValueError("key length must be greater than 0.")
        derived = b""
        while len(derived) < wanted:
            block = salt + (len(derived) // keyed.digest_size + 1).to_bytes(4, "big")
            total = 0
            for _ in range(iterations):
                current = keyed.copy()
                current.update(block)
                block = current.digest()
                total ^= int.from_bytes(block, "big")
            derived += total.to_bytes(keyed.digest_size, "big")
        return derived[:wanted]

    pbkdf2_hmac.__module__ = "hashlib"
    return pbkdf2_hmac


def _load_tzdata(zoneinfo):
    def load_tzdata(key):
        """Instead of the `tzdata` package, whose absence Pyodide explains with words that help nobody here."""
        raise zoneinfo.ZoneInfoNotFoundError(f"No time zone found with key {key}")

    return load_tzdata
