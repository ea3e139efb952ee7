# SPDX-License-Identifier: GPL-2.0-only
"""The source tree as the checks see it, and what a check is.

This room knows files and the shape of a check; it must not know any rule.
"""

import contextlib
import pathlib
import shutil
import subprocess

PRODUCTS = ("build/", ".git/", ".cache/")


class Skip(Exception):
    """A check cannot run here; the text says why."""


class Tree:
    """A checkout, or a copy of one: paths are strings relative to its root."""

    def __init__(self, root):
        self.root = pathlib.Path(root).resolve()
        self.memo = {}

    def files(self, *prefixes, ends=""):
        """Source files, sorted; with prefixes only those below one of them."""
        if "files" not in self.memo:
            self.memo["files"] = sorted(self.list_git() or self.list_disk())
        return [f for f in self.memo["files"]
                if (not prefixes or f.startswith(prefixes)) and f.endswith(ends)]

    def list_git(self):
        """What git has or would take; nothing outside a checkout of its own."""
        if not (self.root / ".git").exists():
            return []
        done = subprocess.run(
            ["git", "-c", f"safe.directory={self.root}", "-C", self.root, "ls-files", "-z",
             "--cached", "--others", "--exclude-standard"],
            capture_output=True, check=False)
        names = done.stdout.decode().split("\0") if done.returncode == 0 else []
        return [n for n in names if n and (self.root / n).is_file()]

    def list_disk(self):
        names = (str(p.relative_to(self.root)) for p in self.root.rglob("*") if p.is_file())
        return [n for n in names if not n.startswith(PRODUCTS) and "__pycache__" not in n]

    def exists(self, path):
        return (self.root / path).exists()

    def text(self, path):
        """A file's text, or None for a file that is not text or not there."""
        file = self.root / path
        if not file.is_file():
            return None
        data = file.read_bytes()
        try:
            return None if b"\0" in data else data.decode()
        except UnicodeDecodeError:
            return None

    def lines(self, path):
        """Numbered lines of a text file."""
        return enumerate((self.text(path) or "").splitlines(), 1)

    def copy(self, where):
        """The same source files in another place."""
        for name in self.files():
            target = pathlib.Path(where) / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(self.root / name, target)
        return Tree(where)

    @contextlib.contextmanager
    def changed(self, edits):
        """The tree with some files changed, for as long as the context lasts.

        edits maps a path to its new text, to None (no such file), or to a function from the old
        text to the new one.
        """
        before = {}
        try:
            for path, edit in edits.items():
                file = self.root / path
                before[path] = file.read_bytes() if file.exists() else None
                if edit is None:
                    file.unlink()
                    continue
                text = edit((before[path] or b"").decode()) if callable(edit) else edit
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
            self.memo.clear()
            yield self
        finally:
            for path, data in before.items():
                if data is None:
                    (self.root / path).unlink(missing_ok=True)
                else:
                    (self.root / path).write_bytes(data)
            self.memo.clear()


class Plant:
    """A violation to be noticed: a sentence and the edits that make it."""

    def __init__(self, sentence, edits):
        self.sentence = sentence
        self.edits = edits


class Check:
    """A rule of the house: a sentence, how to find what breaks it, and plants that must be found.

    find(tree) yields lines "path:line: what is wrong, what to do" or raises Skip.
    """

    def __init__(self, sentence, find, plants):
        self.sentence = sentence
        self.find = find
        self.plants = plants

    def problems(self, tree):
        return sorted(set(self.find(tree)))


class Exceptions:
    """selftests/tree/exceptions: who is let off which rule, and why."""

    PATH = "selftests/tree/exceptions"

    def __init__(self, tree):
        self.rows = []
        for number, line in tree.lines(self.PATH):
            words = line.split(None, 2)
            if words and not line.startswith("#"):
                self.rows.append((number, words))

    def covers(self, rule, path):
        return any(w[0] == rule and pathlib.PurePath(path).match(w[1])
                   for _, w in self.rows if len(w) == 3)
