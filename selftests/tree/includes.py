# SPDX-License-Identifier: GPL-2.0-only
"""Who may include whom (selftests/tree/floors), and version guards."""

import concurrent.futures
import os
import pathlib
import re
import shlex
import shutil
import subprocess

from tree import Check, Exceptions, Plant, Skip

FLOORS = "selftests/tree/floors"
BUILT = pathlib.Path(__file__).parents[2] / "build/module"
SOURCES = (".c", ".h")
INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]')
GUARD = re.compile(r"\b(LINUX_VERSION_CODE|KERNEL_VERSION|LINUX_VERSION_MAJOR)\b")

SHADOWS = "kmod/compat/include/"
COMPAT_PAGE = "Documentation/compat.rst"
SINCE = re.compile(r"\b[Ss]ince v\d+\.\d+ \([0-9a-f]{12} ")

# Where the builds look for a header that is not beside the file that wants it. An include in
# angle brackets is the system's or the uapi's.
PUBLIC = ("include/uapi",)
SEARCH = {"kmod": (), "include": (), "userspace": ("userspace/common",),
          "selftests": ("selftests/harness", "selftests/kernel", "userspace/common",
                        "userspace/daemon", "userspace/ctl", "userspace/agent", "userspace/desktop",
                        "kmod", "")}
COMPILE = ["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-D_GNU_SOURCE", "-fsyntax-only",
           "-Iinclude/uapi", "-Iuserspace/common", "-Iselftests/harness", "-x", "c"]

# Whom a file may include besides its own top folder.
ABROAD = {"kmod": ("include",), "userspace": ("include",), "include": (),
          "selftests": ("include", "userspace", "kmod")}


def sources(tree, *tops):
    return [f for f in tree.files(*tops) if f.endswith(SOURCES)]


def includes(tree, path):
    """(line number, header as written, its path in the tree or None, is it quoted)."""
    for number, line in tree.lines(path):
        found = INCLUDE.match(line)
        if found:
            quoted = found.group(1) == '"'
            beside = (os.path.dirname(path), *SEARCH[path.split("/")[0]]) if quoted else ()
            yield number, found.group(2), resolve(tree, found.group(2), beside), quoted


def resolve(tree, name, beside):
    for folder in (*beside, *PUBLIC):
        path = os.path.normpath(os.path.join(folder, name))
        if not path.startswith("..") and (tree.root / path).is_file():
            return path
    return None


class Floors:
    """The floors file: which room lies on which floor of its top folder."""

    def __init__(self, tree):
        self.floor = {}
        self.lines = {}
        for number, line in tree.lines(FLOORS):
            words = line.split()
            if not words or words[0].startswith("#"):
                continue
            for room in words[2:]:
                self.floor[words[0], room] = int(words[1])
                self.lines[words[0], room] = number
        self.tops = sorted({top for top, _ in self.floor})

    def room(self, path):
        """(top, room) of a file; room is None if no line of the floors file has it."""
        top, _, rest = path.partition("/")
        folder = rest.split("/")[0] + "/"
        if (top, folder) in self.floor:
            return top, folder
        stem = os.path.splitext(rest)[0]
        return top, stem if (top, stem) in self.floor else None


def wrong_floor(tree):
    floors = Floors(tree)
    seen = set()
    for path in sources(tree, *(t + "/" for t in floors.tops)):
        room = floors.room(path)
        if room[1] is None:
            yield f"{path}:1: on no floor: give the room a place in {FLOORS}"
            continue
        seen.add(room)
        for number, name, target, _ in includes(tree, path):
            if not target or target.split("/")[0] != room[0]:
                continue
            other = floors.room(target)
            if other[1] and other != room and floors.floor[other] >= floors.floor[room]:
                yield (f"{path}:{number}: floor {floors.floor[room]} includes \"{name}\" of floor "
                       f"{floors.floor[other]}: knowledge flows upwards only")
    for room in floors.floor.keys() - seen:
        yield f"{FLOORS}:{floors.lines[room]}: room {'/'.join(room)} has no file"


def wrong_house(tree):
    for path in sources(tree, *(t + "/" for t in ABROAD)):
        home = path.split("/")[0]
        for number, name, target, quoted in includes(tree, path):
            if target is None and quoted:
                yield f"{path}:{number}: there is no \"{name}\""
            elif target and target.split("/")[0] not in (home,) + ABROAD[home]:
                yield f"{path}:{number}: {home} includes {target}"


def circles(tree):
    """Rooms that include one another, directly or over others."""
    graph = {}
    where = {}
    for path in sources(tree, "kmod/", "userspace/"):
        room = os.path.splitext(path)[0]
        for number, _, target, _ in includes(tree, path):
            other = os.path.splitext(target)[0] if target else room
            if other != room:
                graph.setdefault(room, set()).add(other)
                where.setdefault((room, other), f"{path}:{number}")
    for room in graph:
        for other in graph[room]:
            if reaches(graph, other, room):
                yield f"{where[room, other]}: {room} and {other} include one another"


def reaches(graph, start, goal):
    todo, seen = [start], set()
    while todo:
        room = todo.pop()
        if room == goal:
            return True
        if room not in seen:
            seen.add(room)
            todo += graph.get(room, ())
    return False


def dependent_headers(tree):
    compiler = shutil.which("gcc-12") or shutil.which("gcc")
    if not compiler:
        raise Skip("no gcc")
    exceptions = Exceptions(tree)
    for path in tree.files("userspace/", "selftests/", "include/", ends=".h"):
        if exceptions.covers("include", path):
            continue
        done = subprocess.run([compiler, *COMPILE, path], cwd=tree.root, check=False,
                              capture_output=True, text=True)
        if done.returncode:
            fault = next((l for l in done.stderr.splitlines() if "error" in l), "does not compile")
            yield f"{path}:1: does not compile alone: {fault}"


def kernel_command(tree):
    """(compiler and flags, directory) of the module's build for Debian 12's kernel."""
    for record in sorted(BUILT.glob("6.1.*/**/.guard.o.cmd")):
        line = record.read_text(encoding="utf-8").splitlines()[0].split(":=", 1)[1]
        words = shlex.split(line.split(" ; ")[0])
        source = os.path.dirname(os.path.dirname(words[-1]))
        words = [w.replace(source, str(tree.root)) for w in words if not w.startswith("-Wp,")]
        headers = re.search(r"-I(\S+/linux-headers-[^/ ]+)-common/", line)
        if headers and shutil.which(words[0]):
            flags = words[:words.index("-c")]
            return [*flags, "-Werror", "-fsyntax-only", "-x", "c"], headers.group(1) + "-amd64"
    raise Skip("the module has not been built for Debian 12's kernel")


def dependent_kernel_headers(tree):
    command, directory = kernel_command(tree)

    def compile_alone(path):
        done = subprocess.run([*command, tree.root / path], cwd=directory, check=False,
                              capture_output=True, text=True)
        fault = next((l for l in done.stderr.splitlines() if "error" in l), "does not compile")
        return f"{path}:1: does not compile alone: {fault}" if done.returncode else None

    headers = [h for h in tree.files("kmod/", ends=".h") if not h.startswith(SHADOWS)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from filter(None, pool.map(compile_alone, headers))


def version_guards(tree):
    for path in tree.files("kmod/", "userspace/", "include/", "selftests/", "Kbuild"):
        if path.startswith("kmod/compat/") or not path.endswith(SOURCES + ("Kbuild",)):
            continue
        for number, line in tree.lines(path):
            found = GUARD.search(line)
            if found:
                yield f"{path}:{number}: {found.group()} outside kmod/compat: shadow the header there"


def unlisted_shadows(tree):
    """A shadow header says since when the kernel has what it adds, and compat.rst lists it."""
    listed = tree.text(COMPAT_PAGE) or ""
    for path in tree.files(SHADOWS, ends=".h"):
        if not SINCE.search(tree.text(path) or ""):
            yield f"{path}:1: does not say \"since vX.Y (commit ...)\""
        if f"``{path.removeprefix(SHADOWS)}``" not in listed:
            yield f"{path}:1: not in {COMPAT_PAGE}"


def floor_line(text):
    return lambda floors: floors + text + "\n"


CHECKS = [
    Check("a file includes only lower floors and its own header", wrong_floor, [
        Plant("a file on no floor", {"kmod/planted.c": "int a;\n"}),
        Plant("an upward include", {
            "kmod/planted.c": '#include "zenith.h"\n', "kmod/zenith.h": "int a;\n",
            FLOORS: floor_line("kmod 1 planted\nkmod 2 zenith")}),
        Plant("an include of a neighbour on the same floor", {
            "kmod/planted.c": '#include "zenith.h"\n', "kmod/zenith.h": "int a;\n",
            FLOORS: floor_line("kmod 1 planted zenith")}),
        Plant("the tool includes the helper", {
            "userspace/ctl/planted.c": '#include "../daemon/planted.h"\n',
            "userspace/daemon/planted.h": "int a;\n"}),
        Plant("what is common includes the tool", {
            "userspace/common/planted.c": '#include "../ctl/planted.h"\n',
            "userspace/ctl/planted.h": "int a;\n"}),
        Plant("a floor names a room that has no file", {FLOORS: floor_line("kmod 1 planted")}),
    ]),
    Check("the module and the programs never include one another", wrong_house, [
        Plant("the module includes a program's header", {
            "kmod/planted.c": '#include "../userspace/common/planted.h"\n',
            "userspace/common/planted.h": "int a;\n"}),
        Plant("a program includes the module's header", {
            "userspace/ctl/planted.c": '#include "../../kmod/planted.h"\n',
            "kmod/planted.h": "int a;\n"}),
        Plant("the uapi header includes the module's header", {
            "include/uapi/linux/planted.h": '#include "../../../kmod/planted.h"\n',
            "kmod/planted.h": "int a;\n"}),
        Plant("a program includes a test's header", {
            "userspace/ctl/planted.c": '#include "../../selftests/planted.h"\n',
            "selftests/planted.h": "int a;\n"}),
        Plant("a header that is not there", {"kmod/planted.c": '#include "nowhere.h"\n'}),
    ]),
    Check("rooms do not include one another in a circle", circles, [
        Plant("two rooms that need one another", {
            "userspace/daemon/planted.c": '#include "zenith.h"\n',
            "userspace/daemon/planted.h": "int a;\n",
            "userspace/daemon/zenith.h": '#include "planted.h"\n'}),
    ]),
    Check("every header of programs and tests compiles alone", dependent_headers, [
        Plant("a header that needs another one before it",
              {"userspace/common/planted.h": "/* x */\nsize_t planted(void);\n"}),
    ]),
    Check("every header of the module compiles alone", dependent_kernel_headers, [
        Plant("a header of the module that needs another one before it",
              {"kmod/planted.h": "/* x */\nu32 planted(struct devtask_task *task);\n"}),
    ]),
    Check("no version guard stands outside the compat folder", version_guards, [
        Plant("a version guard in a room", {
            "kmod/planted.c": "#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)\n#endif\n"}),
    ]),
    Check("every shadow header says since when, and is listed", unlisted_shadows, [
        Plant("a shadow header without its origin",
              {SHADOWS + "linux/planted.h": "/* for old kernels */\n",
               COMPAT_PAGE: lambda t: t + "\n``linux/planted.h``\n"}),
        Plant("a shadow header that is not listed",
              {SHADOWS + "linux/planted.h": "/* Since v6.3 (b74d24f7a74f \"x\") */\n"}),
    ]),
]
