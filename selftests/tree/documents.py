# SPDX-License-Identifier: GPL-2.0-only
"""Documents parse, lead somewhere and can be found.

reStructuredText is read by docutils, which the smallest machine has; toctree and :doc:, which
are Sphinx's, are taught to it here. Markdown is checked for its relative links only.
"""

import os
import re
import subprocess

try:
    import docutils.core
    import docutils.nodes
    import docutils.utils
    from docutils.parsers.rst import Directive, directives, roles
except ImportError:
    docutils = None

from tree import Check, Exceptions, Plant, Skip

INDEX = "Documentation/index.rst"
NAMES = "userspace/common/names"
MARKDOWN_LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
MAINTAINED = re.compile(r"^[FX]:\s+(\S+)")
LITERAL = re.compile(r"``([^`]+)``")
OWN_NAME = re.compile(r"\b(?:devtask|DEVTASK)_\w*\w\b")
NAMED_LINK = re.compile(r"`[^`<]+<([^>:]+)>`__((?:(?:,|\sand)?\s``\w+``)+)")
ROLE_TARGET = re.compile(r"<([^>]+)>$")


class Parsed:
    """One .rst file: complaints of the parser, documents and files that it points to."""

    def __init__(self, tree, path):
        self.complaints = []
        self.documents = []
        self.files = []
        self.codes = []
        self.read(tree, path)

    def read(self, tree, path):
        parsed = self

        class Toctree(Directive):
            has_content = True
            option_spec = {"maxdepth": int, "caption": str, "numbered": directives.flag,
                           "hidden": directives.flag, "titlesonly": directives.flag}

            def run(self):
                for number, entry in enumerate(self.content):
                    if entry.strip():
                        line = self.content_offset + number + 1
                        parsed.documents.append((line, entry.strip(), "toctree"))
                return []

        def doc_role(_name, rawtext, text, lineno, _inliner, **_rest):
            target = ROLE_TARGET.search(text)
            parsed.documents.append((lineno, target.group(1) if target else text, "doc"))
            return [docutils.nodes.literal(rawtext, text)], []

        directives.register_directive("toctree", Toctree)
        roles.register_local_role("doc", doc_role)
        document = docutils.core.publish_doctree(
            tree.text(path), source_path=str(tree.root / path),
            settings_overrides={"report_level": 5, "halt_level": 5, "file_insertion_enabled": True,
                                "raw_enabled": False, "input_encoding": "unicode"})
        for message in docutils_messages(document):
            self.complaints.append((message.get("line", 1), message.children[0].astext()))
        for node in document.findall(docutils.nodes.reference):
            if "refuri" in node and ":" not in node["refuri"]:
                self.files.append((node.line or line_of(node), node["refuri"].split("#")[0]))
        for node in document.findall(docutils.nodes.literal_block):
            if "c" in node["classes"]:
                self.codes.append((node.line or 1, node.astext()))


def docutils_messages(document):
    found = list(document.findall(docutils.nodes.system_message)) + document.transform_messages
    return [m for m in found if m["level"] >= 2]


def line_of(node):
    while node is not None and node.line is None:
        node = node.parent
    return node.line if node is not None else 1


def all_parsed(tree):
    if docutils is None:
        raise Skip("python3-docutils is not installed")
    for path in tree.files(ends=".rst"):
        yield path, Parsed(tree, path)


def target_of(path, document):
    """The file behind :doc:`document` or a toctree's entry in path."""
    folder = "Documentation" if document.startswith("/") else os.path.dirname(path)
    return os.path.normpath(os.path.join(folder, document.lstrip("/") + ".rst"))


def malformed(tree):
    for path, parsed in all_parsed(tree):
        for line, complaint in parsed.complaints:
            yield f"{path}:{line}: {' '.join(complaint.split())}"


def dead_links(tree):
    for path, parsed in all_parsed(tree):
        for line, document, _ in parsed.documents:
            if not tree.exists(target_of(path, document)):
                yield f"{path}:{line}: there is no document \"{document}\""
        for line, link in parsed.files:
            if link and not tree.exists(os.path.normpath(os.path.join(os.path.dirname(path), link))):
                yield f"{path}:{line}: there is no file \"{link}\""
    for path in tree.files(ends=".md"):
        for number, line in tree.lines(path):
            for link in MARKDOWN_LINK.findall(line):
                target = os.path.normpath(os.path.join(os.path.dirname(path), link))
                if ":" not in link and not tree.exists(target):
                    yield f"{path}:{number}: there is no file \"{link}\""


def lost_names(tree):
    """`file <path>`__ ``name``: the name is in the file. More names may follow with "," or "and"."""
    for path in tree.files("Documentation/", ends=".rst"):
        text = tree.text(path)
        for link in NAMED_LINK.finditer(text):
            target = os.path.normpath(os.path.join(os.path.dirname(path), link.group(1)))
            body = tree.text(target) or ""
            line = text.count("\n", 0, link.start()) + 1
            for name in LITERAL.findall(link.group(2)):
                if not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", body):
                    yield f"{path}:{line}: {target} has no \"{name}\""


def forgotten_names(tree):
    """A devtask_name in a document is a name of the code; the uapi's numbers are, too."""
    code = set()
    for path in tree.files():
        if not path.endswith((".rst", ".md", ".py")):
            code.update(OWN_NAME.findall(tree.text(path) or ""))
    for path in tree.files("Documentation/", ends=".rst"):
        for number, line in tree.lines(path):
            for literal in LITERAL.findall(line):
                for name in set(OWN_NAME.findall(literal)) - code:
                    yield f"{path}:{number}: the code has no \"{name}\""


def unreachable(tree):
    """Every document below Documentation/ is in a table of contents that the index leads to."""
    parsed = dict(all_parsed(tree))
    todo, seen = [INDEX], set()
    while todo:
        path = todo.pop()
        if path in seen or path not in parsed:
            continue
        seen.add(path)
        todo += [target_of(path, d) for _, d, how in parsed[path].documents if how == "toctree"]
    for path in parsed:
        if path.startswith("Documentation/") and path not in seen:
            yield f"{path}:1: no table of contents leads here from {INDEX}"


def broken_examples(tree):
    """C in the documents is C: it compiles against the uapi header."""
    for path, parsed in all_parsed(tree):
        for line, code in parsed.codes:
            done = subprocess.run(
                ["gcc", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-Wno-unused-function",
                 "-I/usr/include/libnl3",
                 "-fsyntax-only", "-Iinclude/uapi", "-Iuserspace/lib/include", "-x", "c", "-"],
                input=code + "\n", cwd=tree.root, capture_output=True, text=True, check=False)
            if done.returncode:
                fault = next((l for l in done.stderr.splitlines() if "error" in l), "")
                yield f"{path}:{line}: the example does not compile: {fault}"


def lost_rooms(tree):
    for number, line in tree.lines("MAINTAINERS"):
        found = MAINTAINED.match(line)
        if found and "*" not in found.group(1) and not tree.exists(found.group(1)):
            yield f"MAINTAINERS:{number}: there is no {found.group(1)}"


def other_exit_codes(tree):
    """The README's table of exit codes is the one that the tool prints."""
    numbers = dict(re.findall(r"(DEVTASK_EXIT_\w+) = (\d+)", tree.text(NAMES + ".h") or ""))
    code = re.findall(r'\{ (DEVTASK_EXIT_\w+), "([^"]+)" \}', tree.text(NAMES + ".c") or "")
    told = re.findall(r"^\| (\d+) \| (.+) \|$", tree.text("README.md") or "", re.MULTILINE)
    for row in {(numbers[name], meaning) for name, meaning in code} ^ set(told):
        yield f"README.md:1: exit code {row[0]}, \"{row[1]}\", is not in both README and {NAMES}.c"


def appended(text):
    return lambda old: old + "\n" + text + "\n"


CHECKS = [
    Check("every document is well-formed", malformed, [
        Plant("a title with a short line below it", {"Documentation/planted.rst": "A long title\n=====\n"}),
        Plant("an inline mark that is not closed",
              {"Documentation/planted.rst": "A ``literal that never ends\n"}),
    ]),
    Check("every link between documents and files leads somewhere", dead_links, [
        Plant("a link to a document that is not there", {INDEX: appended(":doc:`nowhere`")}),
        Plant("a link to a file that is not there", {INDEX: appended("`x <../kmod/nowhere.c>`__")}),
        Plant("a Markdown link to a file that is not there",
              {"README.md": appended("[x](Documentation/nowhere.rst)")}),
    ]),
    Check("every name that a document links to is in its file", lost_names, [
        Plant("a function that the file does not have", {
            INDEX: appended("`task.c <../kmod/task.c>`__ ``devtask_task_put`` and ``no_such_name``")}),
    ]),
    Check("every name of ours in a document is in the code", forgotten_names, [
        Plant("a function that was renamed", {INDEX: appended("``devtask_task_planted()``")}),
    ]),
    Check("every document is in a table of contents", unreachable, [
        Plant("a document that nobody points to",
              {"Documentation/planted.rst": "Planted\n=======\n\nText.\n"}),
    ]),
    Check("every C example in the documents compiles", broken_examples, [
        Plant("an example with a name that the header does not have",
              {INDEX: appended(".. code-block:: c\n\n   #include <linux/devtask.h>\n"
                               "   int x = DEVTASK_STATE_PLANTED;\n")}),
    ]),
    Check("the README's exit codes are the tool's", other_exit_codes, [
        Plant("an exit code that the tool does not have",
              {"README.md": appended("| 99 | planted |")}),
    ]),
    Check("every path in MAINTAINERS exists", lost_rooms, [
        Plant("a room that is gone", {"MAINTAINERS": appended("F:\tnowhere/")}),
    ]),
]
