"""Runs cells: pieces of a program, one after the other in one interpreter, whose variables stay.

Shared by every host that keeps a Python interpreter. The host's own part gives `Cells` the token of its messages (messages.ts
says what they look like) and a function that opens what a cell reads as stdin.
"""

import ast
import builtins
import inspect
import linecache
import os
import signal
import sys
import traceback

from .display import bundle_of, display_of, is_media_bundle
from .libraries import offer_figures, offer_tasks, take_figures
from .messages import Messages
from .output import Output, is_closed

INTERRUPTED = 130
"""What a shell shows for a process that SIGINT ended."""


class Cells:
    def __init__(self, token, open_stdin):
        self._outputs = [Output(1, "stdout"), Output(2, "stderr")]
        self.send = Messages(token, self._outputs).send
        self._process = os.getpid()
        self._open_stdin = open_stdin
        self._namespace = sys.modules["__main__"].__dict__
        self._count = 0
        self._loop = None
        builtins.display = self.display
        offer_figures(self._display_figures)
        offer_tasks(self._event_loop)

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
        text, parts = display_of(bundle)
        if not text and not parts:
            return
        self._flush_quietly()
        self.send({"type": "display", "isResult": is_result, "text": text, "parts": parts})

    def _display_figures(self):
        take_figures(lambda figure: self._send_display(bundle_of(figure), False))


def raise_interrupt():
    raise KeyboardInterrupt


def is_cell(frames):
    return frames.tb_frame.f_code.co_filename.startswith("<cell ")
