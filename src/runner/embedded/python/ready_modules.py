"""Modules of the standard library that are executed once, while a snapshot is made, and handed out when imported.

A program does not see them before it imports them: they are kept out of `sys.modules`, and a file of the program's
own with the name of one of them, or of one it needs, still comes first. C and frozen modules alone stay in
`sys.modules`: nothing of a program can come before those.
"""

import builtins
import sys
from importlib.machinery import SourceFileLoader

NAMES = """
    abc argparse array ast asyncio base64 binascii bisect bz2 calendar cmath cmd codecs collections collections.abc
    concurrent.futures concurrent.futures.thread configparser contextlib contextvars copy copyreg csv ctypes
    dataclasses datetime decimal difflib dis doctest email.message email.utils enum errno fileinput fnmatch fractions
    functools getopt getpass gettext glob graphlib gzip hashlib heapq hmac html html.parser importlib
    importlib.machinery importlib.resources importlib.util inspect io ipaddress itertools json keyword linecache locale
    logging logging.handlers lzma marshal math mimetypes numbers opcode operator optparse pathlib pickle pkgutil
    platform plistlib pprint queue random re reprlib runpy sched secrets select selectors shelve shlex shutil signal
    socket sqlite3 ssl statistics string string.templatelib struct subprocess symtable sysconfig tarfile tempfile
    textwrap threading timeit token tokenize tomllib traceback tracemalloc types typing unicodedata unittest
    unittest.mock urllib.error urllib.parse urllib.request uuid warnings weakref xml.dom.minidom xml.etree.ElementTree
    zipfile zlib zoneinfo
""".split()

_imports = {}
_present = frozenset(sys.modules)


def _record_imports():
    """Notes in `_imports` what each module imports while it is executed; returns the function that ends it."""
    original = builtins.__import__

    def recording(name, globals=None, locals=None, fromlist=(), level=0):
        module = original(name, globals, locals, fromlist, level)
        importer = (globals or {}).get("__name__")
        if level:
            package = globals.get("__package__") or importer
            for _ in range(level - 1):
                package = package.rpartition(".")[0]
            name = f"{package}.{name}" if name else package
        found = _imports.setdefault(importer, [])
        found.append(name)
        found.extend(f"{name}.{item}" for item in fromlist or () if f"{name}.{item}" in sys.modules)
        return module

    def stop():
        builtins.__import__ = original

    builtins.__import__ = recording
    return stop


def _closure(name, order):
    """The ready modules that importing `name` brings in, in the order in which `sys.modules` got them."""
    seen = set()
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current in order and current not in seen:
            seen.add(current)
            waiting.extend(_imports.get(current, ()))
            waiting.append(current.rpartition(".")[0])
    return tuple(sorted(seen, key=order.__getitem__))


class _ReadyLoader(SourceFileLoader):
    """Loads a module that is there already: puts it and what it needs into `sys.modules`."""

    def __init__(self, name, needed, ready, closures):
        super().__init__(name, ready[name].__spec__.origin)
        self._needed = needed
        self._ready = ready
        self._closures = closures
        self._module = ready[name]
        self._spec = self._module.__spec__

    def create_module(self, spec):
        return self._module

    def exec_module(self, module):
        module.__spec__ = self._spec
        for name in self._needed:
            sys.modules.setdefault(name, self._ready[name])
            # A module that a program removes again and imports anew is executed anew.
            self._closures.pop(name, None)


def prepare(directory):
    """Imports the modules, hides them, and lets imports from `directory` (the library's) find them.

    Returns the modules by name, and the set that must hold what the program's own files are called, without `.py`.
    """
    stop = _record_imports()
    for name in NAMES:
        __import__(name)
    stop()
    ready = {}
    for name, module in list(sys.modules.items()):
        spec = getattr(module, "__spec__", None)
        if name not in _present and spec is not None and spec.origin not in ("built-in", "frozen"):
            ready[name] = sys.modules.pop(name)
    order = {name: position for position, name in enumerate(ready)}
    closures = {name: _closure(name, order) for name in ready}
    own_files = set()
    finder_class = type(sys.path_importer_cache[directory])

    class Finder(finder_class):
        def find_spec(self, fullname, target=None):
            needed = closures.get(fullname)
            if needed is None or not own_files.isdisjoint(name.partition(".")[0] for name in needed):
                return super().find_spec(fullname, target)
            loader = _ReadyLoader(fullname, needed, ready, closures)
            spec = type(loader._spec)(fullname, loader, origin=loader._spec.origin)
            spec.submodule_search_locations = loader._spec.submodule_search_locations
            spec.has_location = True
            return spec

    for made, original in ((Finder, finder_class), (_ReadyLoader, SourceFileLoader)):
        made.__name__ = made.__qualname__ = original.__name__
        made.__module__ = original.__module__
    for finder in list(sys.path_importer_cache.values()):
        if isinstance(finder, finder_class) and finder.path.startswith(directory):
            finder.__class__ = Finder
    return ready, own_files
