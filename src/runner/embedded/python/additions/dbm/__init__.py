"""Databases of bytes by bytes, in SQLite files. Stands for the package of that name, of which Pyodide has none."""

import os
import sqlite3
from collections.abc import MutableMapping

__all__ = ["error", "open", "whichdb"]


class error(OSError, Exception):
    pass


def whichdb(filename):
    """The kind of database in the file: this module's name, "" when it is another file, None when there is none."""
    try:
        with __builtins__["open"](filename, "rb") as file:
            return "dbm.sqlite3" if file.read(16) == b"SQLite format 3\0" else ""
    except OSError:
        return None


def _bytes(value):
    return value.encode() if isinstance(value, str) else bytes(value)


class _Database(MutableMapping):
    def __init__(self, filename, flag):
        exists = os.path.exists(filename)
        if flag not in ("r", "w", "c", "n"):
            raise ValueError("Flag must be one of 'r', 'w', 'c', or 'n'")
        if flag in ("r", "w") and not exists:
            raise error(2, "No such file or directory", os.fspath(filename))
        if flag == "n" and exists:
            os.remove(filename)
        self._readonly = flag == "r"
        self._connection = sqlite3.connect(filename, isolation_level=None)
        self._run("CREATE TABLE IF NOT EXISTS Dict (key BLOB UNIQUE NOT NULL, value BLOB NOT NULL)")

    def _run(self, statement, values=()):
        if self._connection is None:
            raise error("DBM object has already been closed")
        try:
            return self._connection.execute(statement, values)
        except sqlite3.Error as problem:
            raise error(str(problem)) from problem

    def _change(self, statement, values):
        if self._readonly:
            raise error("The database is opened for reading only")
        return self._run(statement, values)

    def __getitem__(self, key):
        row = self._run("SELECT value FROM Dict WHERE key = ?", (_bytes(key),)).fetchone()
        if row is None:
            raise KeyError(key)
        return row[0]

    def __setitem__(self, key, value):
        self._change("REPLACE INTO Dict VALUES (?, ?)", (_bytes(key), _bytes(value)))

    def __delitem__(self, key):
        if self._change("DELETE FROM Dict WHERE key = ?", (_bytes(key),)).rowcount == 0:
            raise KeyError(key)

    def __iter__(self):
        return iter(self.keys())

    def __len__(self):
        return self._run("SELECT count(*) FROM Dict").fetchone()[0]

    def keys(self):
        return [key for (key,) in self._run("SELECT key FROM Dict ORDER BY rowid")]

    def close(self):
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def open(file, flag="r", mode=0o666):
    return _Database(file, flag)
