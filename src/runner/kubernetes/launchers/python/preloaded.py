"""Modules that were imported before the program came: out of its sight until it imports them, and out of its end."""

import builtins
import gc
import sys

from _frozen_importlib import BuiltinImporter, ModuleSpec

from .start import PLAIN_MODULES, ctypes


class ImportRecord:
    """Which modules each module imports, while it stands in for `builtins.__import__`."""

    def __init__(self):
        self.imports = {}
        """By the importing module's name: the names of what it imported."""
        self.before = None
        """The names of modules that were imported before it began."""

    def __enter__(self):
        self.before = self.before or frozenset(sys.modules)
        self.original = builtins.__import__
        builtins.__import__ = self.import_module

    def __exit__(self, *_):
        builtins.__import__ = self.original

    def import_module(self, name, variables=None, local=None, names=(), level=0):
        found = self.original(name, variables, local, names, level)
        if variables is not None:
            path = absolute_name(name, variables, level)
            more = (path + "." + one for one in names or () if isinstance(one, str))
            self.imports.setdefault(variables.get("__name__"), set()).update(
                with_parents(path), (one for one in more if one in sys.modules)
            )
        return found


RECORD = ImportRecord()


def absolute_name(name, variables, level):
    if level == 0:
        return name
    package = variables.get("__package__") or ""
    base = package.rsplit(".", level - 1)[0]
    return base + "." + name if name else base


def with_parents(name):
    parts = name.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts) + 1)]


class Preloaded:
    """Modules that the program has not imported, which were imported before it came.

    `sys.modules` is what the program would find without them, so it gets each by an import of its own, and with it all that
    the module imports; one that the program never imports is not taken apart at its end, for which the kernel would have to copy
    all memory that it has.
    """

    def __init__(self, record):
        self.imports = record.imports
        new = {name: module for name, module in sys.modules.items() if name not in PLAIN_MODULES}
        self.parts = {}
        """By names of modules: the names of those that they have put into `sys.modules` beside themselves, which have no spec."""
        for name, module in list(new.items()):
            if getattr(module, "__spec__", None) is None:
                parent = name.rpartition(".")[0]
                if parent in new:
                    self.parts.setdefault(parent, []).append(name)
                else:
                    del new[name]
        self.modules = new
        self.unrecorded = frozenset(self.modules).intersection(record.before or self.modules)
        """They may import each other."""

    def set_aside(self):
        """From now on they are not in `sys.modules`."""
        for name in self.modules:
            del sys.modules[name]
        # Nothing that is left takes them apart.
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(self.modules))
        find_builtin = BuiltinImporter.find_spec

        # The first finder that there is; another one would stand in `sys.meta_path`.
        def find_spec(_, name, path=None, target=None):
            if name in self.modules:
                return self.spec_of(name)
            return find_builtin(name, path, target)

        BuiltinImporter.find_spec = classmethod(find_spec)
        # A program that goes through all objects sees none of this.
        gc.freeze()

    def spec_of(self, name):
        own = self.modules[name].__spec__
        spec = ModuleSpec(name, PreloadedLoader(self, own), origin=own.origin, loader_state=own.loader_state)
        spec.submodule_search_locations = own.submodule_search_locations
        spec.has_location = own.has_location
        spec.cached = own.cached
        return spec

    def take(self, name):
        """The module with this name. What it imports is in `sys.modules` from then on, as after its import."""
        module = self.modules.pop(name)
        for needed in self.needed_by(name):
            if needed in self.modules:
                sys.modules[needed] = self.modules.pop(needed)
        return module

    def needed_by(self, name):
        needed = {name}
        new = [name]
        while new:
            one = new.pop()
            more = self.unrecorded if one in self.unrecorded else self.imports.get(one, ())
            for other in (*more, *with_parents(one), *self.parts.get(one, ())):
                if other not in needed and other not in PLAIN_MODULES:
                    needed.add(other)
                    new.append(other)
        needed.discard(name)
        return needed


class PreloadedLoader:
    """Loads a module by handing out the one that is there; in all else it is the module's own loader."""

    def __init__(self, preloaded, own):
        self.preloaded = preloaded
        self.own = own

    def create_module(self, spec):
        return self.preloaded.take(spec.name)

    def exec_module(self, module):
        module.__spec__ = self.own

    def __getattr__(self, name):
        return getattr(self.own.loader, name)
