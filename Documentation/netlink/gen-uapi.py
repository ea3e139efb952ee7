#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Write what follows from the protocol's specification.

Documentation/netlink/specs/devtask.yaml is where a command or an attribute is born. Two files
follow from it and are committed beside it, so that a build needs neither Python nor YAML:

  include/uapi/linux/devtask.h          the numbers, with the texts as kernel-doc
  Documentation/netlink/reference.rst   the same for people

This file knows the YAML's shape and the two texts' shapes; it must not know what a command does.

Usage: gen-uapi.py [--check] [--root DIR]
"""

import argparse
import pathlib
import sys
import textwrap

import yaml

SPEC = "Documentation/netlink/specs/devtask.yaml"
HEADER = "include/uapi/linux/devtask.h"
REFERENCE = "Documentation/netlink/reference.rst"
WIDTH = 98

ATTRIBUTE_KEYS = {"name", "type", "enum", "checks", "doc"}


def upper(name):
    return name.replace("-", "_").upper()


def lower(name):
    return name.replace("-", "_").lower()


def sentence(text):
    """One line of text out of a YAML scalar, folded or not."""
    return " ".join((text or "").split())


def attribute_type(attribute):
    """What an attribute carries, in words: "u32, enum devtask_type"."""
    strange = attribute.keys() - ATTRIBUTE_KEYS
    if strange:
        sys.exit(f"{SPEC}: \"{attribute['name']}\" has the unknown key \"{strange.pop()}\": "
                 "quote its doc if that has a comma")
    words = attribute["type"]
    if "enum" in attribute:
        words += ", enum devtask_" + lower(attribute["enum"])
    limit = attribute.get("checks", {}).get("max-len")
    if limit:
        words += f", at most {limit} bytes"
    return words


def doc_of(thing):
    """The text of a definition, entry, set, attribute or command; nothing goes without one."""
    if thing.get("type") == "pad":
        return "Alignment of 64-bit attributes."
    if "doc" not in thing:
        sys.exit(f"{SPEC}: \"{thing['name']}\" has no doc: say in a sentence what it is")
    return sentence(thing["doc"])


def attribute_doc(attribute):
    return f"({attribute_type(attribute)}) {doc_of(attribute)}"


def directions(operation):
    """Pairs of a heading and attribute names, for each message that the operation knows."""
    for way in ("do", "dump"):
        for part in ("request", "reply"):
            message = operation.get(way, {}).get(part)
            if message:
                yield f"{way} {part}", message["attributes"]
    if "event" in operation:
        yield "notification", operation["event"]["attributes"]


class Header:
    """The uapi header, line by line."""

    def __init__(self, spec):
        self.spec = spec
        self.lines = []

    def comment(self, first, members):
        """A kernel-doc comment: a first line, then a line for each (name, doc)."""
        self.lines.append("/**")
        self.wrap(" * ", first)
        for name, doc in members:
            self.wrap(" * ", f"@{name}: {doc}", hanging="  ")
        self.lines.append(" */")

    def wrap(self, prefix, text, hanging=""):
        self.lines += textwrap.wrap(text, WIDTH, initial_indent=prefix,
                                    subsequent_indent=prefix + hanging, break_on_hyphens=False)

    def enum(self, tag, prefix, names, first):
        """An enum with the closing __MAX and MAX of the kernel's netlink headers."""
        self.lines.append(f"enum {tag} {{")
        for i, name in enumerate(names):
            value = f" = {first}" if i == 0 and first else ""
            self.lines.append(f"\t{prefix}_{upper(name)}{value},")
        self.lines += ["", "\t/* private: */", f"\t__{prefix}_MAX,",
                       f"\t{prefix}_MAX = (__{prefix}_MAX - 1)", "};", ""]

    def definition(self, definition):
        name = definition["name"]
        if definition["type"] == "const":
            self.lines += [f"/* {doc_of(definition)} */",
                           f"#define DEVTASK_{upper(name)} {definition['value']}", ""]
            return
        prefix = "DEVTASK_" + upper(name)
        entries = definition["entries"]
        self.comment(f"enum devtask_{lower(name)} - {doc_of(definition)}",
                     [(f"{prefix}_{upper(e['name'])}", doc_of(e)) for e in entries])
        self.enum("devtask_" + lower(name), prefix, [e["name"] for e in entries],
                  definition.get("value-start", 0))

    def attribute_set(self, attributes):
        name = attributes["name"]
        prefix = "DEVTASK_A_" + upper(name)
        rows = attributes["attributes"]
        self.comment(f"enum devtask_a_{lower(name)} - Attributes: {doc_of(attributes)}",
                     [(f"{prefix}_{upper(a['name'])}", attribute_doc(a)) for a in rows])
        self.enum("devtask_a_" + lower(name), prefix, [a["name"] for a in rows], 1)

    def operations(self, operations):
        self.comment("enum devtask_cmd - Commands and notifications.",
                     [("DEVTASK_CMD_" + upper(o["name"]), doc_of(o))
                      for o in operations])
        self.enum("devtask_cmd", "DEVTASK_CMD", [o["name"] for o in operations], 1)

    def text(self):
        spec = self.spec
        self.lines = [
            "/* SPDX-License-Identifier: (GPL-2.0 WITH Linux-syscall-note) OR MIT */",
            f"/* Follows from {SPEC};",
            " * written by Documentation/netlink/gen-uapi.py. Change the specification, not this file.",
            " */",
            "",
            "#ifndef _UAPI_LINUX_DEVTASK_H",
            "#define _UAPI_LINUX_DEVTASK_H",
            "",
            f"#define DEVTASK_FAMILY_NAME \"{spec['name']}\"",
            f"#define DEVTASK_FAMILY_VERSION {spec['version']}",
            "",
        ]
        for definition in spec["definitions"]:
            self.definition(definition)
        for attributes in spec["attribute-sets"]:
            self.attribute_set(attributes)
        self.operations(spec["operations"]["list"])
        for group in spec["mcast-groups"]["list"]:
            self.lines.append(f"#define DEVTASK_MCGRP_{upper(group['name'])} \"{group['name']}\"")
        self.lines += ["", "#endif /* _UAPI_LINUX_DEVTASK_H */"]
        return "\n".join(self.lines) + "\n"


class Reference:
    """The reference page, line by line."""

    def __init__(self, spec):
        self.spec = spec
        self.lines = []

    def heading(self, title, mark):
        self.lines += [title, mark * len(title), ""]

    def paragraph(self, text, indent=""):
        self.lines += textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent,
                                    break_on_hyphens=False)

    def item(self, term, text):
        """An entry of a definition list."""
        self.lines.append(term)
        self.paragraph(text, "    ")

    def definitions(self):
        self.heading("Definitions", "=")
        for definition in self.spec["definitions"]:
            name = definition["name"]
            if definition["type"] == "const":
                self.item(f"``DEVTASK_{upper(name)}`` = {definition['value']}", doc_of(definition))
                self.lines.append("")
                continue
            self.heading(f"enum devtask_{lower(name)}", "-")
            self.paragraph(doc_of(definition))
            self.lines.append("")
            for number, entry in enumerate(definition["entries"], definition.get("value-start", 0)):
                self.item(f"{number} ``DEVTASK_{upper(name)}_{upper(entry['name'])}``",
                          doc_of(entry))
            self.lines.append("")

    def attribute_sets(self):
        self.heading("Attributes", "=")
        for attributes in self.spec["attribute-sets"]:
            name = attributes["name"]
            self.heading(f"Set \"{name}\"", "-")
            self.paragraph(doc_of(attributes))
            self.lines.append("")
            for number, row in enumerate(attributes["attributes"], 1):
                self.item(f"{number} ``DEVTASK_A_{upper(name)}_{upper(row['name'])}`` "
                          f"({attribute_type(row)})", doc_of(row))
            self.lines.append("")

    def operations(self):
        self.heading("Commands", "=")
        for number, operation in enumerate(self.spec["operations"]["list"], 1):
            self.heading(operation["name"], "-")
            self.paragraph(doc_of(operation))
            self.lines.append("")
            self.lines.append(f":command: {number} ``DEVTASK_CMD_{upper(operation['name'])}``")
            self.lines.append(f":attributes: set \"{operation['attribute-set']}\"")
            if "admin-perm" in operation.get("flags", []):
                self.lines.append(":needs: ``CAP_NET_ADMIN``")
            if "mcgrp" in operation:
                self.lines.append(f":group: ``{operation['mcgrp']}``")
            for heading, names in directions(operation):
                self.lines.append(f":{heading}:")
                self.paragraph(", ".join(f"``{n}``" for n in names), "    ")
            self.lines.append("")

    def text(self):
        spec = self.spec
        self.lines = [
            ".. SPDX-License-Identifier: GPL-2.0-only",
            f".. Follows from {SPEC}; written by gen-uapi.py.",
            "",
        ]
        self.heading(f"Netlink family \"{spec['name']}\", version {spec['version']}", "=")
        self.paragraph(sentence(spec["doc"]))
        self.lines.append("")
        self.definitions()
        self.attribute_sets()
        self.operations()
        self.heading("Multicast groups", "=")
        for group in spec["mcast-groups"]["list"]:
            self.lines.append(f"* ``{group['name']}``")
        return "\n".join(self.lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--check", action="store_true",
                        help="write nothing; fail and name the files that are not up to date")
    parser.add_argument("--root", type=pathlib.Path,
                        default=pathlib.Path(__file__).resolve().parents[2])
    options = parser.parse_args()

    spec = yaml.safe_load((options.root / SPEC).read_text(encoding="utf-8"))
    stale = []
    for path, text in ((HEADER, Header(spec).text()), (REFERENCE, Reference(spec).text())):
        file = options.root / path
        if file.exists() and file.read_text(encoding="utf-8") == text:
            continue
        stale.append(path)
        if not options.check:
            file.write_text(text, encoding="utf-8")
    for path in stale:
        print(f"{path}: {'is not what ' + SPEC + ' says' if options.check else 'written'}")
    return 1 if options.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
