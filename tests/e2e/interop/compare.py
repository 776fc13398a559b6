#!/usr/bin/python3
"""compare.py SOCKET SECONDS: does collectd's cache hold the gateway of source.py?

Looks again and again until every identifier is there, for at most SECONDS. A value of the device
must be right whenever it is seen, a summary once all of its string has been read. Prints lines
"ok TEXT" and "bad TEXT" for the script that runs it, and what differs.
"""

import math
import socket
import sys
import time

sys.dont_write_bytecode = True  # the source tree stays clean
import source  # noqa: E402


class Cache:
    """collectd's plain-text protocol."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(20)
        self.socket.connect(path)
        self.lines = self.socket.makefile("r", encoding="ascii")

    def answer(self):
        status, _, _ = self.lines.readline().partition(" ")
        return [self.lines.readline().rstrip("\n") for _ in range(int(status))]

    def ask(self, *commands):
        # In portions, so that neither side waits for the other to read.
        for i in range(0, len(commands), 100):
            portion = commands[i:i + 100]
            self.socket.sendall("".join(c + "\n" for c in portion).encode("ascii"))
            for _ in portion:
                yield self.answer()

    def read(self):
        """{identifier: value} of everything under our host."""
        listed = next(self.ask("LISTVAL"))
        names = [line.split(" ", 1)[1] for line in listed]
        names = [n for n in names if n.startswith(source.HOST + "/")]
        answers = self.ask(*['GETVAL "%s"' % n for n in names])
        # An empty answer: it has gone since.
        return {n: float(a[0].split("=")[1]) for n, a in zip(names, answers) if a}


def differs(got, wanted, tolerance=0.0):
    # collectd prints seven digits.
    return not math.isclose(got, wanted, rel_tol=1e-6, abs_tol=tolerance + 1e-12)


def verdict(text, problems):
    print("%s %s" % ("bad" if problems else "ok", text))
    for p in problems[:20]:
        print("    " + p)
    if len(problems) > 20:
        print("    and %d more" % (len(problems) - 20))


def main(path, seconds):
    values, summaries, bounded = source.values(), source.summaries(), source.bounded()
    expected = {**values, **summaries, **bounded}
    cache = Cache(path)
    start = time.monotonic()
    wrong = {}
    while True:
        seen = cache.read()
        missing = sorted(set(expected) - set(seen))
        for n in set(seen) & set(values):
            if differs(seen[n], values[n]):
                wrong[n] = "%s: got %.7g, expected %.7g" % (n, seen[n], values[n])
        off = ["%s: got %.7g, expected %.7g" % (n, seen[n], v)
               for n, (v, tolerance) in sorted(summaries.items())
               if n in seen and differs(seen[n], v, tolerance)]
        elapsed = time.monotonic() - start
        if (not missing and not off) or elapsed > seconds:
            break
        time.sleep(0.3)

    verdict("all %d identifiers are there, after %.1f s" % (len(expected), elapsed), missing)
    verdict("none that does not belong there", sorted(set(seen) - set(expected)))
    verdict("all %d values of the device are right" % len(values),
            [wrong[n] for n in sorted(wrong)])
    verdict("all %d summaries are right" % len(summaries), off)
    verdict("the gateway's health and the ages are plausible",
            ["%s: %.7g is not within %g..%g" % (n, seen[n], low, high)
             for n, (low, high) in sorted(bounded.items())
             if n in seen and not low <= seen[n] <= high
             and not (math.isnan(seen[n]) and ("/total_" in n or "/errors-" in n))])


main(sys.argv[1], float(sys.argv[2]))
