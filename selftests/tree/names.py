# SPDX-License-Identifier: GPL-2.0-only
"""Tests are named as sentences and name what they prove."""

import re

from tree import Check, Exceptions, Plant

PLACES = ("selftests/kernel/", "selftests/system/")
TEST = re.compile(r"^(?:TEST|TEST_F|TEST_F_TIMEOUT|TEST_SIGNAL|TEST_F_SIGNAL)"
                  r"\(\s*(?:\w+\s*,\s*)?(\w+)", re.MULTILINE)
REQUIREMENT = re.compile(r"\b(REG|INI|CON|RUN|END|PRO|APP|MET|ADM)-\d+\b")
WORDS_MIN = 3


def tests(tree):
    """(path, line number, test's name, the comment above and the body up to the next test)."""
    for path in tree.files(*PLACES, ends=".c"):
        text = tree.text(path) or ""
        hits = list(TEST.finditer(text))
        for i, hit in enumerate(hits):
            above = hits[i - 1].end() if i else 0
            comment = text.rfind("/*", above, hit.start())
            start = comment if comment >= 0 else hit.start()
            following = hits[i + 1].start() if i + 1 < len(hits) else len(text)
            end = text.find("\n}", hit.end(), following)
            yield (path, text.count("\n", 0, hit.start()) + 1, hit.group(1),
                   text[start:end if end >= 0 else following])


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
    for path, number, name, around in tests(tree):
        if exceptions.covers("test-id", path):
            continue
        if not REQUIREMENT.search(around):
            yield (f"{path}:{number}: \"{name}\" names no requirement: put the ids into a comment "
                   "above it or in it")


CHECKS = [
    Check("the name of every test is a sentence", no_sentences, [
        Plant("a test called test1", {"selftests/kernel/planted.c": "/* RUN-1 */\nTEST(test1)\n{\n}\n"}),
        Plant("a test of one word", {
            "selftests/system/planted.c": "/* RUN-1 */\nTEST_F(fixture, revoke)\n{\n}\n"}),
    ]),
    Check("every test names a requirement", unrelated, [
        Plant("a test that names none", {
            "selftests/kernel/planted.c":
                "/* RUN-1 */\nTEST(a_first_thing_is_so)\n{\n}\n\nTEST(a_thing_is_so)\n{\n}\n"}),
    ]),
]
