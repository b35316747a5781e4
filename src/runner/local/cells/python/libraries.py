"""What cells add to libraries that a program may import."""

import os
import sys
from _thread import get_ident
from functools import wraps
from importlib.machinery import ModuleSpec

FIGURES = "podline_figures"
"""The name of the backend that matplotlib is told to use."""


def offer_figures(show):
    """Has matplotlib, once the program imports it, draw into memory, and its `show` be this one."""

    class Backend:
        """Finds the module of that name, and loads it: the backend that draws into memory, with a `show` of ours."""

        def find_spec(self, name, path=None, target=None):
            return ModuleSpec(name, self) if name == FIGURES else None

        def create_module(self, spec):
            return None

        def exec_module(self, module):
            import matplotlib.backends.backend_agg as agg

            names = {name: value for name, value in vars(agg).items() if not name.startswith("__")}
            vars(module).update(names, show=lambda *_, **__: show())

    sys.meta_path.append(Backend())
    os.environ.setdefault("MPLBACKEND", f"module://{FIGURES}")


def take_figures(display):
    """Displays what was drawn, and forgets it."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return
    for number in pyplot.get_fignums():
        figure = pyplot.figure(number)
        try:
            display(figure)
        finally:
            pyplot.close(figure)


def offer_tasks(event_loop):
    """Has asyncio, once the program imports it, create tasks also where no loop runs: they go on in that of the cells."""

    class Finder:
        """Finds asyncio as the others do."""

        def find_spec(self, name, path=None, target=None):
            if name != "asyncio":
                return None
            sys.meta_path.remove(self)
            specs = (finder.find_spec(name, path, target) for finder in sys.meta_path)
            spec = next((spec for spec in specs if spec is not None), None)
            if spec is not None and spec.loader is not None:
                execute = spec.loader.exec_module

                def exec_module(module):
                    execute(module)
                    keep_tasks(module, event_loop)

                spec.loader.exec_module = exec_module
            return spec

    if "asyncio" in sys.modules:
        keep_tasks(sys.modules["asyncio"], event_loop)
    else:
        sys.meta_path.insert(0, Finder())


def keep_tasks(asyncio, event_loop):
    if not hasattr(asyncio, "tasks"):
        # A module of the program's own.
        return
    create_task = asyncio.create_task
    thread = get_ident()

    @wraps(create_task)
    def create(coro, **options):
        if get_ident() == thread and asyncio._get_running_loop() is None:
            return event_loop().create_task(coro, **options)
        return create_task(coro, **options)

    asyncio.create_task = asyncio.tasks.create_task = create
