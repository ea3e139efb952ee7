# SPDX-License-Identifier: GPL-2.0-only
"""Tests are named as sentences and name what they prove.

That is a requirement ("RUN-3"), or what the protocol's specification promises of a command
("spec: helper-bind").
"""

import re

from tree import Check, Exceptions, Plant

PLACES = ("selftests/kernel/", "selftests/system/")
TEST = re.compile(r"^(?:TEST|TEST_F|TEST_F_TIMEOUT|TEST_SIGNAL|TEST_F_SIGNAL)"
                  r"\(\s*(?:\w+\s*,\s*)?(\w+)", re.MULTILINE)
REQUIREMENT = re.compile(r"\b(REG|INI|CON|RUN|END|PRO|APP|MET|ADM)-\d+\b")
PLAY = re.compile(r"^play (\w+)$", re.MULTILINE)
SPEC = "Documentation/netlink/specs/devtask.yaml"
COMMAND = re.compile(r"\bspec: ([a-z-]+)")
WORDS_MIN = 3


def tests(tree):
    """(path, line number, test's name, the comment above it and its body)."""
    yield from tests_in_c(tree)
    yield from tests_in_shell(tree)


def tests_in_shell(tree):
    """Functions that are named in a line "play NAME"."""
    for path in tree.files(*PLACES, ends="/test"):
        text = tree.text(path) or ""
        for hit in PLAY.finditer(text):
            name = hit.group(1)
            whole = re.search(rf"^((?:#[^\n]*\n)*){name}\(\) \{{\n.*?^}}", text, re.MULTILINE | re.DOTALL)
            yield (path, text.count("\n", 0, hit.start()) + 1, name,
                   whole.group() if whole else "")


def tests_in_c(tree):
    for path in tree.files(*PLACES, ends=".c"):
        text = tree.text(path) or ""
        for hit in TEST.finditer(text):
            # From the end of what stands above the test to the end of its body.
            start = text.rfind("\n}\n", 0, hit.start()) + 1
            end = text.find("\n}\n", hit.end())
            yield path, text.count("\n", 0, hit.start()) + 1, hit.group(1), text[start:end]


def no_sentences(tree):
    exceptions = Exceptions(tree)
    for path, number, name, _ in tests(tree):
        words = [w for w in name.split("_") if w]
        if exceptions.covers("test-name", path):
            continue
        if len(words) < WORDS_MIN or re.match(r"test_?\d", name):
            yield f"{path}:{number}: \"{name}\" is no sentence: say what is so when it passes"


def unrelated(tree):
    exceptions = Exceptions(tree)
    commands = set(re.findall(r"^      name: (\S+)$", tree.text(SPEC) or "", re.MULTILINE))
    for path, number, name, around in tests(tree):
        if exceptions.covers("test-id", path):
            continue
        if not REQUIREMENT.search(around) and not commands.intersection(COMMAND.findall(around)):
            yield (f"{path}:{number}: \"{name}\" names no requirement: put the ids into a comment "
                   "above it or in it")


CHECKS = [
    Check("the name of every test is a sentence", no_sentences, [
        Plant("a test called test1", {"selftests/kernel/planted.c": "/* RUN-1 */\nTEST(test1)\n{\n}\n"}),
        Plant("a test of one word", {
            "selftests/system/planted.c": "/* RUN-1 */\nTEST_F(fixture, revoke)\n{\n}\n"}),
    ]),
    Check("every test names a requirement or a command of the specification", unrelated, [
        Plant("a test that names a command that is not there", {
            "selftests/kernel/planted.c": "/* spec: task-planted */\nTEST(it_is_just_so)\n{\n}\n"}),
        Plant("a test that names none", {
            "selftests/kernel/planted.c":
                "TEST(a_first_thing_is_so)\n{\n\t/* RUN-1 */\n}\n\nTEST(a_thing_is_so)\n{\n}\n"}),
        Plant("a play that names none", {
            "selftests/system/planted/test":
                "# RUN-1\nfirst_it_is_so() {\n\ttrue\n}\n\nthen_it_is_so() {\n\ttrue\n}\n\n"
                "play first_it_is_so\nplay then_it_is_so\n"}),
    ]),
]
