#!/usr/bin/python3
"""What callgrind counted, by stages of a table:  stages.py CALLGRIND_OUT TABLE

TABLE has lines of STAGE PATTERN...: patterns of source files, the first one that fits counts. What a
library needs, and what files of ours that are in no stage need, belongs to the stage of the file that
called it; but SQLite is told apart, as a stage of that name. Prints STAGE INSTRUCTIONS, but for the
stage "harness".
"""

import fnmatch
import re
import sys

NAMED = re.compile(r"\((\d+)\)(?: (.*))?")
SHARED, SQLITE = "shared", "SQLite"


class Function:
    def __init__(self, file, obj):
        self.file, self.obj = file, obj
        self.cost = 0
        self.calls = []  # number of a function, inclusive cost


def read(path):
    """Functions by callgrind's number of them."""
    names = {"file": {}, "fn": {}, "ob": {}}
    functions = {}
    at = {"ob": "", "file": ""}
    now = callee = None

    def resolve(kind, text):
        number, name = NAMED.fullmatch(text).groups()
        if name is not None:
            names[kind][number] = name
        return number, names[kind][number]

    for line in open(path, encoding="utf-8", errors="replace"):
        line = line.rstrip("\n")
        key, _, value = line.partition("=")
        if key == "ob":
            at["ob"] = resolve("ob", value)[1]
        elif key == "fl":
            at["file"] = resolve("file", value)[1]
        elif key in ("fi", "fe", "cfi", "cfl"):
            resolve("file", value)  # what is inlined belongs to its function
        elif key == "cob":
            resolve("ob", value)
        elif key == "fn":
            number = resolve("fn", value)[0]
            now = functions.setdefault(number, Function(at["file"], at["ob"]))
        elif key == "cfn":
            callee = resolve("fn", value)[0]
        elif key == "calls":
            pass  # its cost is the next line's
        elif line[:1].isdigit() or line[:1] in "+-*":
            if now is None:
                continue
            words = line.split()
            cost = int(words[1]) if len(words) > 1 else 0
            if callee is not None:
                now.calls.append((callee, cost))
                callee = None
            else:
                now.cost += cost
    return functions


def stage_of(f, table):
    if "libsqlite3" in f.obj:
        return SQLITE
    for stage, patterns in table:
        if any(fnmatch.fnmatch(f.file, "*" + p) for p in patterns):
            return stage
    return SHARED


def main():
    functions = read(sys.argv[1])
    table = [(w[0], w[1:]) for w in map(str.split, open(sys.argv[2])) if w and w[0] != "#"]
    stage = {n: stage_of(f, table) for n, f in functions.items()}
    cost = {}

    for n, f in functions.items():
        own = stage[n]
        if own != SHARED and own != SQLITE:
            cost[own] = cost.get(own, 0) + f.cost
        for callee, inclusive in f.calls:
            to = stage.get(callee, SHARED)
            if own == SHARED and to not in (SHARED, SQLITE):
                cost[to] = cost.get(to, 0) - inclusive  # called back: not twice
            elif own not in (SHARED, SQLITE) and to in (SHARED, SQLITE):
                to = own if to == SHARED else SQLITE
                cost[to] = cost.get(to, 0) + inclusive
    cost.pop("harness", None)
    for name in [t[0] for t in table] + [SQLITE]:
        if name in cost:
            print(name, cost.pop(name))


main()
