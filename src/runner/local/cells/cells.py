"""Runs cells: pieces of a program, one after the other in one interpreter, whose variables stay.

Shared by every host that keeps a Python interpreter. The host's own part gives `Cells` the token of its messages (messages.ts
says what they look like) and a function that opens what a cell reads as stdin.
"""

import ast
import base64
import builtins
import inspect
import io
import json
import linecache
import os
import signal
import sys
import traceback
from _thread import allocate_lock, get_ident
from functools import wraps
from importlib.machinery import ModuleSpec

PIECE_BYTES = 4000
"""Of a message at a time: with its head a piece stays below what a pipe takes in one go."""

DISPLAY_BYTES = 8 << 20
DISPLAY_PARTS = 16
"""Bounds of one display: bytes of all of its parts as JSON, and how many."""

TEXT_LENGTH = 4000
"""Characters of a display's plain form; a longer one is a part besides."""

INTERRUPTED = 130
"""What a shell shows for a process that SIGINT ended."""

REPRESENTATIONS = {
    "_repr_html_": "text/html",
    "_repr_markdown_": "text/markdown",
    "_repr_svg_": "image/svg+xml",
    "_repr_png_": "image/png",
    "_repr_jpeg_": "image/jpeg",
    "_repr_latex_": "text/latex",
    "_repr_json_": "application/json",
    "_repr_javascript_": "application/javascript",
}
FIGURES = "podline_figures"
"""The name of the backend that matplotlib is told to use."""


class Cells:
    def __init__(self, token, open_stdin):
        self._token = token.encode()
        self._outputs = [Output(1, "stdout"), Output(2, "stderr")]
        self._process = os.getpid()
        self._open_stdin = open_stdin
        self._namespace = sys.modules["__main__"].__dict__
        self._lock = allocate_lock()
        self._count = 0
        self._loop = None
        builtins.display = self.display
        self._offer_figures()
        self._offer_tasks()

    def run(self, cell):
        """Runs `{code, fileName, args, env, isInterrupted}` and returns its exit code. Nothing of the program leaves it as an exception."""
        self._count += 1
        os.environ.update(cell["env"])
        sys.argv[:] = [cell["fileName"], *cell["args"]]
        sys.stdin = self._open_stdin()
        if cell.get("isInterrupted"):
            code = self._guard(raise_interrupt)
        else:
            code = self._guard(self._execute, cell["code"], f"<cell {self._count}>")
        turned = self._guard(self._turn)
        shown = self._guard(self._display_figures)
        opened = self._guard(self._open_again)
        flushed = self._guard(self._flush)
        exit_code = code or turned or shown or opened or flushed
        if os.getpid() != self._process:
            # A process that the cell has forked: its way ends here, and the next cell is its parent's.
            os._exit(exit_code)
        return exit_code

    def run_interruptible(self, cell, handler):
        """As `run`, where signals reach this process: an interrupt counts only while the cell runs. Returns the exit code
        and the handler that the program leaves, which is to be that of the next cell."""
        left = [handler]

        def steps():
            signal.signal(signal.SIGINT, handler)
            try:
                self.send({"type": "begun", "number": cell["number"]})
                return self.run(cell)
            finally:
                left[0] = signal.signal(signal.SIGINT, signal.SIG_IGN)

        try:
            return steps(), left[0]
        except KeyboardInterrupt:
            # It came at the very beginning, or when all was over.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            return INTERRUPTED, left[0]

    def send(self, message, body=b"", output=0):
        """Writes a message between what the program prints: 0 to stdout, 1 to stderr. An interrupt waits until it is whole."""
        rest = json.dumps(message).encode() + b"\n" + body
        with Uninterrupted(), self._lock:
            is_first = True
            while rest or is_first:
                piece, rest = rest[:PIECE_BYTES], rest[PIECE_BYTES:]
                head = b"%s%d%d%04x" % (self._token, is_first, not rest, len(piece))
                write_all(self._outputs[output].kept, head + piece)
                is_first = False

    def display(self, *values, raw=False):
        """Displays values: whatever has a `_repr_html_`, `_repr_png_` and so on, or a dictionary by media types."""
        for value in values:
            is_bundle = isinstance(value, dict) and (raw or is_media_bundle(value))
            self._send_display(dict(value) if is_bundle else bundle_of(value), False)

    def _guard(self, step, *arguments):
        """Calls a part of a run; what it raises is printed, and becomes an exit code."""
        try:
            step(*arguments)
            return 0
        except SystemExit as error:
            return self._exit_code(error.code)
        except BaseException as error:
            while True:
                try:
                    self._report(error)
                    return INTERRUPTED if isinstance(error, KeyboardInterrupt) else 1
                except KeyboardInterrupt:
                    # One interrupt too many while the last one is reported.
                    continue
                except BaseException:
                    return 1

    def _execute(self, source, filename):
        # Each with its end, as if read from a file: carets are counted from it.
        lines = [f"{line}\n" for line in source.splitlines()]
        linecache.cache[filename] = (len(source), None, lines, filename)
        tree = compile(source, filename, "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, True)
        last = None
        if tree.body and isinstance(tree.body[-1], ast.Expr):
            last = ast.Expression(tree.body.pop().value)
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        statements = compile(tree, filename, "exec", flags, True)
        expression = None if last is None else compile(last, filename, "eval", flags, True)
        self._evaluate(statements)
        if expression is None:
            return
        value = self._evaluate(expression)
        if value is None or source.rstrip().endswith(";"):
            return
        builtins._ = value
        self._send_display(bundle_of(value), True)

    def _evaluate(self, code):
        if not code.co_flags & inspect.CO_COROUTINE:
            return eval(code, self._namespace)
        import asyncio

        loop = self._event_loop()
        task = loop.create_task(eval(code, self._namespace))
        try:
            return loop.run_until_complete(task)
        except BaseException:
            if not task.done():
                task.cancel()
                loop.run_until_complete(asyncio.wait([task]))
            raise

    def _event_loop(self):
        """The one in which every cell waits, and its tasks go on in the next."""
        import asyncio

        if self._loop is None or self._loop.is_closed():
            self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)
        return self._loop

    def _turn(self):
        """Has tasks that nobody waits for come a step further."""
        if self._loop is None or self._loop.is_closed():
            return
        stop = self._loop.call_soon(self._loop.stop)
        try:
            self._loop.run_forever()
        finally:
            stop.cancel()

    def _report(self, error):
        """Prints a traceback from the first frame of the program's own on."""
        frames = error.__traceback__
        while frames is not None and not is_cell(frames):
            frames = frames.tb_next
        error.__traceback__ = frames
        sys.last_type, sys.last_value, sys.last_traceback = type(error), error, frames
        sys.last_exc = error
        self._flush_quietly()
        hook = sys.excepthook
        if hook is not sys.__excepthook__:
            hook(type(error), error, frames)
        else:
            traceback.print_exception(error)
        self._flush_quietly()

    def _exit_code(self, code):
        if code is None:
            return 0
        if isinstance(code, int):
            return code & 255
        print(code, file=sys.stderr)
        return 1

    def _open_again(self):
        for output in self._outputs:
            output.open_again()

    def _flush(self):
        for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
            if stream is not None and not is_closed(stream):
                stream.flush()

    def _flush_quietly(self):
        try:
            self._flush()
        except Exception:
            pass

    def _send_display(self, bundle, is_result):
        parts, omitted = [], []
        left = DISPLAY_BYTES
        plain = bundle.pop("text/plain", None)
        if plain is None:
            plain = ""
        if not isinstance(plain, str):
            plain = repr(plain)
        if len(plain) > TEXT_LENGTH:
            bundle["text/plain"] = plain
            plain = f"{plain[:TEXT_LENGTH]}\n[{len(plain) - TEXT_LENGTH} more characters]"
        for media_type, value in bundle.items():
            if value is None:
                # It has no such form.
                continue
            part = part_of(str(media_type), value)
            size = len(json.dumps(part["data"]))
            if size > left or len(parts) >= DISPLAY_PARTS:
                omitted.append(f"[{media_type} of {size} bytes left out: at most {DISPLAY_BYTES} of one result are kept]")
                continue
            left -= size
            parts.append(part)
        text = "\n".join([plain, *omitted] if plain else omitted)
        if not text and not parts:
            return
        self._flush_quietly()
        self.send({"type": "display", "isResult": is_result, "text": text, "parts": parts})

    def _offer_figures(self):
        """Has matplotlib, once the program imports it, draw into memory, and `show` display what was drawn."""

        cells = self

        class Backend:
            """Finds the module of that name, and loads it: the backend that draws into memory, with a `show` of ours."""

            def find_spec(self, name, path=None, target=None):
                return ModuleSpec(name, self) if name == FIGURES else None

            def create_module(self, spec):
                return None

            def exec_module(self, module):
                import matplotlib.backends.backend_agg as agg

                names = {name: value for name, value in vars(agg).items() if not name.startswith("__")}
                vars(module).update(names, show=lambda *_, **__: cells._display_figures())

        sys.meta_path.append(Backend())
        os.environ.setdefault("MPLBACKEND", f"module://{FIGURES}")

    def _offer_tasks(self):
        """Has asyncio, once the program imports it, create tasks also where no loop runs: they go on in that of the cells."""

        cells = self

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
                        cells._keep_tasks(module)

                    spec.loader.exec_module = exec_module
                return spec

        if "asyncio" in sys.modules:
            self._keep_tasks(sys.modules["asyncio"])
        else:
            sys.meta_path.insert(0, Finder())

    def _keep_tasks(self, asyncio):
        if not hasattr(asyncio, "tasks"):
            # A module of the program's own.
            return
        create_task = asyncio.create_task
        thread = get_ident()

        @wraps(create_task)
        def create(coro, **options):
            if get_ident() == thread and asyncio._get_running_loop() is None:
                return self._event_loop().create_task(coro, **options)
            return create_task(coro, **options)

        asyncio.create_task = asyncio.tasks.create_task = create

    def _display_figures(self):
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot is None:
            return
        for number in pyplot.get_fignums():
            figure = pyplot.figure(number)
            try:
                self._send_display(bundle_of(figure), False)
            finally:
                pyplot.close(figure)


class Output:
    """A descriptor that programs print to. They may close it, or the stream on it: the next cell has both again."""

    def __init__(self, descriptor, name):
        self._descriptor = descriptor
        self._name = name
        self._file = file_of(descriptor)
        self.kept = os.dup(descriptor)
        """Another one for the same, for messages."""

    def open_again(self):
        if file_of(self.kept) != self._file and file_of(self._descriptor) == self._file:
            self.kept = os.dup(self._descriptor)
        if file_of(self._descriptor) is None:
            os.dup2(self.kept, self._descriptor)
        if not is_closed(getattr(sys, self._name, None)):
            return
        if is_closed(getattr(sys, f"__{self._name}__", None)):
            stream = open(self._descriptor, "w", 1, "utf-8", "backslashreplace", closefd=False)
            setattr(sys, f"__{self._name}__", stream)
        setattr(sys, self._name, getattr(sys, f"__{self._name}__", None))


class Uninterrupted:
    """Has an interrupt wait until what is within has ended. Threads other than the main one are never interrupted."""

    def __enter__(self):
        self._is_pending = False
        try:
            self._handler = signal.signal(signal.SIGINT, self._note)
        except ValueError:
            self._handler = None

    def __exit__(self, *_):
        if self._handler is None:
            return
        signal.signal(signal.SIGINT, self._handler)
        if self._is_pending:
            signal.raise_signal(signal.SIGINT)

    def _note(self, *_):
        self._is_pending = True


def raise_interrupt():
    raise KeyboardInterrupt


def file_of(descriptor):
    """What tells the file behind a descriptor from others; None when it is closed."""
    try:
        status = os.fstat(descriptor)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def is_closed(stream):
    return getattr(stream, "closed", False)


def write_all(descriptor, data):
    data = memoryview(data)
    while data:
        data = data[os.write(descriptor, data) :]


def is_cell(frames):
    return frames.tb_frame.f_code.co_filename.startswith("<cell ")


def is_media_bundle(value):
    return bool(value) and all(isinstance(key, str) and key.count("/") == 1 for key in value)


def bundle_of(value):
    """A value by media types, as far as it or we know how; `text/plain` is always there."""
    bundle = {"text/plain": repr(value)}
    if isinstance(value, type):
        return bundle
    for name, media_type in REPRESENTATIONS.items():
        method = getattr(type(value), name, None)
        if method is not None:
            add(bundle, media_type, method(value))
    method = getattr(type(value), "_repr_mimebundle_", None)
    if method is not None:
        found = method(value, include=None, exclude=None)
        for media_type, data in (found[0] if isinstance(found, tuple) else found or {}).items():
            add(bundle, media_type, data)
    figure = getattr(sys.modules.get("matplotlib.figure"), "Figure", None)
    if isinstance(figure, type) and isinstance(value, figure):
        image = io.BytesIO()
        value.savefig(image, format="png", bbox_inches="tight")
        add(bundle, "image/png", image.getvalue())
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot is not None:
            pyplot.close(value)
    return bundle


def add(bundle, media_type, data):
    if isinstance(data, tuple):
        data = data[0]
    if data is not None:
        bundle[media_type] = data


def part_of(media_type, value):
    if isinstance(value, (bytes, bytearray, memoryview)):
        return {"mediaType": media_type, "data": base64.b64encode(value).decode(), "isBase64": True}
    if isinstance(value, str):
        is_base64 = media_type.startswith("image/") and not media_type.endswith("+xml")
        return {"mediaType": media_type, "data": value, "isBase64": is_base64}
    return {"mediaType": media_type, "data": json.dumps(value, default=str), "isBase64": False}
