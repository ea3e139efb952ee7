# SPDX-License-Identifier: GPL-2.0-only
"""Rules about any file, whatever it says: licence line, blanks, length, leftovers, paths."""

import re

from tree import Check, Exceptions, Plant

LINES_MAX = 600

# Built from parts, so that this file does not break its own rules.
LEFT_OPEN = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")) + r")\b")
HOMES = re.compile("/ho" "me/[a-z_][a-z0-9_-]*/|/tmp/" "bash_|/Us" "ers/[A-Za-z]")
SPDX = re.compile(r"SPDX-License-Identifier: \S")


def unlicensed(tree):
    """The licence stands in the first line, or in the second below a script's first."""
    exceptions = Exceptions(tree)
    for path in tree.files():
        text = tree.text(path)
        if text is None or exceptions.covers("spdx", path):
            continue
        first = text.splitlines()[:2]
        if first and first[0].startswith("#!"):
            first = first[1:]
        if not first or not SPDX.search(first[0]):
            yield f"{path}:1: no SPDX-License-Identifier in the first line"


def left_open(tree):
    exceptions = Exceptions(tree)
    for path in tree.files():
        if exceptions.covers("left-open", path):
            continue
        for number, line in tree.lines(path):
            found = LEFT_OPEN.search(line)
            if found:
                yield f"{path}:{number}: \"{found.group()}\": do it, or say it in the issue"


def blanks(tree):
    exceptions = Exceptions(tree)
    for path in tree.files():
        text = tree.text(path)
        if not text or exceptions.covers("blanks", path):
            continue
        for number, line in tree.lines(path):
            if line != line.rstrip(" \t\r"):
                yield f"{path}:{number}: blanks at the end of the line"
        if not text.endswith("\n"):
            yield f"{path}:{len(text.splitlines())}: no newline at the end of the file"


def too_long(tree):
    exceptions = Exceptions(tree)
    for path in tree.files():
        count = len((tree.text(path) or "").splitlines())
        if count > LINES_MAX and not exceptions.covers("long", path):
            yield (f"{path}:{count}: more than {LINES_MAX} lines: split the room, or give a reason "
                   f"in {Exceptions.PATH}")


def machine_paths(tree):
    """Paths that mean something on one machine only: homes, and where this checkout lies."""
    exceptions = Exceptions(tree)
    places = [str(p) + "/" for p in (tree.root, tree.root.parent) if len(p.parts) > 1]
    places = [p for p in places if p not in ("/tmp/", "/usr/", "/var/", "/home/", "/root/")]
    for path in tree.files():
        if exceptions.covers("machine-path", path):
            continue
        for number, line in tree.lines(path):
            if HOMES.search(line) or any(p in line for p in places):
                yield f"{path}:{number}: a path of one machine"


def bad_exceptions(tree):
    """An exception without a reason, or for a file that is not there, hides something."""
    files = tree.files()
    for number, words in Exceptions(tree).rows:
        if len(words) < 3:
            yield f"{Exceptions.PATH}:{number}: an exception is RULE PATH REASON"
        elif not any(Exceptions(tree).covers(words[0], f) for f in files):
            yield f"{Exceptions.PATH}:{number}: no file matches {words[1]}"


CHECKS = [
    Check("every file says its licence in the first line", unlicensed, [
        Plant("a C file without a licence", {"kmod/planted.c": "/* no licence */\n"}),
        Plant("a script without a licence", {"scripts/planted": "#!/bin/bash\necho\n"}),
    ]),
    Check("nothing is left open in the text", left_open, [
        Plant("a note to oneself", {"kmod/planted.c": "/* " + "TO" + "DO: later */\n"}),
    ]),
    Check("no line ends in blanks and every file ends in a newline", blanks, [
        Plant("a blank at the end of a line", {"kmod/planted.c": "int a; \n"}),
        Plant("a file without a newline at its end", {"kmod/planted.c": "int a;"}),
    ]),
    Check(f"no file has more than {LINES_MAX} lines without a reason", too_long, [
        Plant("a file of 601 lines", {"userspace/planted.c": "\n" * (LINES_MAX + 1)}),
    ]),
    Check("no file names a path of the machine it was written on", machine_paths, [
        Plant("a home directory", {"scripts/planted": "cd /home/" + "somebody/devtask\n"}),
    ]),
    Check("every exception has a reason and a file", bad_exceptions, [
        Plant("an exception without a reason", {Exceptions.PATH: "long README.md\n"}),
        Plant("an exception for a file that is gone",
              {Exceptions.PATH: "long kmod/planted.c it is one thing\n"}),
    ]),
]
