# SPDX-License-Identifier: GPL-2.0-only
"""The protocol's specification and what follows from it are one thing."""

import subprocess

from tree import Check, Plant

GENERATOR = "Documentation/netlink/gen-uapi.py"
SPEC = "Documentation/netlink/specs/devtask.yaml"
HEADER = "include/uapi/linux/devtask.h"
REFERENCE = "Documentation/netlink/reference.rst"


def stale(tree):
    done = subprocess.run(["/usr/bin/python3", tree.root / GENERATOR, "--check", "--root", tree.root],
                          capture_output=True, text=True, check=False)
    if done.returncode:
        for line in (done.stdout + done.stderr).splitlines():
            yield f"{line} (run {GENERATOR})"


CHECKS = [
    Check("the uapi header and its reference are what the specification says", stale, [
        Plant("a number of the header was changed by hand",
              {HEADER: lambda t: t.replace("DEVTASK_KIND_USB = 1", "DEVTASK_KIND_USB = 2")}),
        Plant("a text of the reference was changed by hand",
              {REFERENCE: lambda t: t.replace("Sync with a device", "Something else")}),
        Plant("an attribute was added to the specification alone",
              {SPEC: lambda t: t.replace("- { name: id,", "- { name: planted, type: u32, doc: X. }\n"
                                         "      - { name: id,", 1),
               HEADER: lambda t: t}),
        Plant("a text of the specification ends at an unquoted comma",
              {SPEC: lambda t: t.replace("doc: Operation type. }", "doc: Operation, type. }", 1)}),
        Plant("an entry of the specification has no text",
              {SPEC: lambda t: t.replace("        doc: Sync with a device.\n", "")}),
    ]),
]
