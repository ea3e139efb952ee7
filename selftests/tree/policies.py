# SPDX-License-Identifier: GPL-2.0-only
"""Documentation/policies.rst tells the truth about every requirement.

An entry is a line with the id alone, then indented text with fields:

  :code: `kmod/room.c <../kmod/room.c>`__ ``symbol``
  :test: `selftests/x.c <../selftests/x.c>`__ ``name_of_the_test``
  :not yet: what is missing
"""

import os
import pathlib
import re

from tree import Check, Plant, Skip

POLICIES = "Documentation/policies.rst"
LIST = pathlib.Path(os.environ.get("DEVTASK_REQUIREMENTS") or
                    pathlib.Path(__file__).parents[3] / "shared/REQUIREMENTS.md")

ENTRY = re.compile(r"^([A-Z]{3}-\d+)$")
SERIES = re.compile(r"^\s+([A-Z]{3})-1 \.\. \1-(\d+)$")
FIELD = re.compile(r"^\s+:(code|test|not yet):\s*(.*)$")
LINK = re.compile(r"`[^`<]+<([^>]+)>`__")
NAME = re.compile(r"``([^`]+)``")
ID = re.compile(r"\b([A-Z]{3}-\d+)\b")
STANDARDS = {"UTF-8"}


class Entry:
    """What policies.rst says of one requirement."""

    def __init__(self, name, line):
        self.name = name
        self.line = line
        self.summary = []
        self.fields = {"code": [], "test": [], "not yet": []}


def entries(tree):
    """The entries in the order of the file. A field goes on over deeper indented lines."""
    found, field = [], None
    for number, line in tree.lines(POLICIES):
        head = ENTRY.match(line)
        part = FIELD.match(line)
        if head:
            found.append(Entry(head.group(1), number))
            field = None
        elif found and part:
            field = [number, part.group(2)]
            found[-1].fields[part.group(1)].append(field)
        elif found and line.startswith(" ") and field:
            field[1] += " " + line.strip()
        elif found and line.startswith(" ") and line.strip():
            found[-1].summary.append(line.strip())
        elif line.strip():
            field = None
    return found


def announced(tree):
    """The ids that policies.rst says there are: lines "   RUN-1 .. RUN-11"."""
    ids = []
    for _, line in tree.lines(POLICIES):
        series = SERIES.match(line)
        if series:
            ids += [f"{series.group(1)}-{n}" for n in range(1, int(series.group(2)) + 1)]
    return ids


def miscounted(tree):
    ids = announced(tree)
    names = [e.name for e in entries(tree)]
    for entry in entries(tree):
        if entry.name not in ids:
            yield f"{POLICIES}:{entry.line}: {entry.name} is not in the list of ids"
        if names.count(entry.name) > 1:
            yield f"{POLICIES}:{entry.line}: {entry.name} is there more than once"
        if not entry.summary:
            yield f"{POLICIES}:{entry.line}: {entry.name} does not say what it is"
    for name in ids:
        if name not in names:
            yield f"{POLICIES}:1: {name} has no entry"


def other_list(tree):
    if not LIST.is_file():
        raise Skip("there is no requirement list beside the checkout (DEVTASK_REQUIREMENTS)")
    wanted = set(ID.findall(LIST.read_text(encoding="utf-8"))) - STANDARDS
    for name in wanted ^ set(announced(tree)):
        where = "only in the requirement list" if name in wanted else "not in the requirement list"
        yield f"{POLICIES}:1: {name} is {where}"


def unproven(tree):
    for entry in entries(tree):
        fields = entry.fields
        if not all(text.strip() for _, text in fields["not yet"]):
            yield f"{POLICIES}:{entry.line}: {entry.name}: \"not yet\" does not say what is missing"
        if not fields["not yet"] and not (fields["code"] and fields["test"]):
            yield (f"{POLICIES}:{entry.line}: {entry.name} has no code or no test: add it, or a "
                   "field \":not yet:\" that says what is missing")


def untrue(tree):
    for entry in entries(tree):
        for kind in ("code", "test"):
            for line, text in entry.fields[kind]:
                for problem in untrue_link(tree, entry.name, kind, text):
                    yield f"{POLICIES}:{line}: {entry.name}: {problem}"


def untrue_link(tree, requirement, kind, text):
    links, symbols = LINK.findall(text), NAME.findall(text)
    if len(links) != 1 or not symbols:
        yield f"a {kind} is one link to a file and the names in it"
        return
    path = os.path.normpath(os.path.join(os.path.dirname(POLICIES), links[0]))
    if not (tree.root / path).is_file():
        yield f"there is no {path}"
        return
    body = tree.text(path) or ""
    for symbol in symbols:
        if not re.search(rf"(?<!\w){re.escape(symbol)}(?!\w)", body):
            yield f"{path} has no \"{symbol}\""
    if kind == "test" and not re.search(rf"\b{requirement}\b", body):
        yield f"{path} does not name {requirement}"


def entry_text(name, *fields):
    lines = [name, "   Planted.", ""] + ["   " + f for f in fields]
    return lambda old: old + "\n" + "\n".join(lines) + "\n"


NOT_YET = ":not yet: all of it"
TRUE_CODE = ":code: `x <../selftests/tree/policies.py>`__ ``untrue_link``"

CHECKS = [
    Check("policies.rst has every id of its list exactly once", miscounted, [
        Plant("an id that is there twice", {POLICIES: entry_text("RUN-1", NOT_YET)}),
        Plant("an id that is not in the list", {POLICIES: entry_text("RUN-999", NOT_YET)}),
        Plant("an id of the list without an entry",
              {POLICIES: lambda t: re.sub(r"^RUN-3$", "", t, flags=re.MULTILINE)}),
    ]),
    Check("policies.rst has the ids of the requirement list", other_list, [
        Plant("an id more than the requirement list has",
              {POLICIES: lambda t: t.replace("REG-1 .. REG-7", "REG-1 .. REG-8")}),
    ]),
    Check("every requirement has code and test, or says \"not yet\"", unproven, [
        Plant("a requirement with code alone", {POLICIES: entry_text("RUN-1", TRUE_CODE)}),
        Plant("a \"not yet\" that does not say what", {POLICIES: entry_text("RUN-1", ":not yet:")}),
    ]),
    Check("every code and test that policies.rst names is there", untrue, [
        Plant("code in a file that is not there",
              {POLICIES: entry_text("RUN-1", ":code: `x <../kmod/nowhere.c>`__ ``x``")}),
        Plant("code of a name that is not there",
              {POLICIES: entry_text("RUN-1", ":code: `x <../COPYING>`__ ``no_such_name``")}),
        Plant("a link without a name", {POLICIES: entry_text("RUN-1", ":code: `x <../COPYING>`__")}),
        Plant("a test of a name that is not there",
              {POLICIES: entry_text("RUN-1", ":test: `x <../selftests/planted.c>`__ ``no_such``"),
               "selftests/planted.c": "/* RUN-1 */\n"}),
        Plant("a test whose file does not name the requirement",
              {POLICIES: entry_text("RUN-1", ":test: `x <../selftests/planted.c>`__ ``so_it_is``"),
               "selftests/planted.c": "/* RUN-2 */\nso_it_is\n"}),
    ]),
]
