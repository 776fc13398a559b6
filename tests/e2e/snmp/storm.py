#!/usr/bin/python3
"""Random requests, and what must come back, by an SNMPv2c client of its own (RFC 3416).

    storm.py PORT ROOT COUNT SEED

First the names of the whole subtree ROOT are taken by a walk. Then COUNT random GET, GETNEXT, GETBULK
and SET requests are sent, about OIDs that are there, nearly there, too long or somewhere else. Each
answer must be the one that the list of names says. Ends with a line of counts; exit status 1 at the
first answer that is wrong or missing.
"""

import bisect
import random
import socket
import sys

GET, GETNEXT, SET, GETBULK = 0xA0, 0xA1, 0xA3, 0xA5
NO_SUCH_OBJECT, NO_SUCH_INSTANCE, END_OF_VIEW = 0x80, 0x81, 0x82
NOT_WRITABLE, NO_CREATION, NO_ACCESS = 17, 11, 6


def tlv(tag, body):
    n = len(body)
    size = bytes([n]) if n < 128 else bytes([0x82, n >> 8, n & 255])
    return bytes([tag]) + size + body


def integer(n):
    return tlv(2, n.to_bytes(max(1, (n.bit_length() + 8) // 8), "big", signed=True))


def oid(o):
    body = bytearray()
    for sub in (o[0] * 40 + o[1],) + o[2:]:
        digits = [sub & 127]
        while sub > 127:
            sub >>= 7
            digits.append(sub & 127 | 128)
        body += bytes(reversed(digits))
    return tlv(6, bytes(body))


def read_tlv(data, at):
    tag, n, at = data[at], data[at + 1], at + 2
    if n > 127:
        more = n & 127
        n, at = int.from_bytes(data[at : at + more], "big"), at + more
    return tag, data[at : at + n], at + n


def parts(body):
    at, ret = 0, []
    while at < len(body):
        tag, inner, at = read_tlv(body, at)
        ret.append((tag, inner))
    return ret


def read_oid(body):
    subs, sub = [], 0
    for byte in body:
        sub = sub << 7 | byte & 127
        if byte < 128:
            subs.append(sub)
            sub = 0
    first = min(subs[0] // 40, 2)
    return (first, subs[0] - 40 * first) + tuple(subs[1:])


class Client:
    def __init__(self, port):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.connect(("127.0.0.1", port))
        self.socket.settimeout(20)
        self.id = 0

    def ask(self, kind, names, first=0, second=0, community=b"public"):
        """(error status, [(name, tag of the value)]); None where no answer came."""
        self.id += 1
        value = integer(1) if kind == SET else tlv(5, b"")
        binds = b"".join(tlv(0x30, oid(n) + value) for n in names)
        pdu = tlv(kind, integer(self.id) + integer(first) + integer(second) + tlv(0x30, binds))
        self.socket.send(tlv(0x30, integer(1) + tlv(4, community) + pdu))
        while True:
            try:
                data = self.socket.recv(65536)
            except socket.timeout:
                return None
            pdu = parts(parts(parts(data)[0][1])[2][1])
            if int.from_bytes(pdu[0][1], "big") == self.id:
                break
        binds = [parts(b) for _, b in parts(pdu[3][1])]
        return int.from_bytes(pdu[1][1], "big"), [(read_oid(n[1]), v[0]) for n, v in binds]


def walk(client, root):
    names, at = [], root
    while True:
        error, binds = client.ask(GETBULK, [at], 0, 50)
        for name, tag in binds:
            if error or tag == END_OF_VIEW or name[: len(root)] != root:
                return names
            if name <= at:
                sys.exit("the walk goes backwards at %s" % (name,))
            names.append(name)
            at = name


def near(names, root):
    """An OID at, around or far from one that is there."""
    name = list(random.choice(names))
    how = random.randrange(9)
    if how == 1:
        name = name[: random.randrange(2, len(name))]
    elif how == 2:
        name += [random.choice((0, 1, 2**32 - 1)) for _ in range(random.randrange(1, 5))]
    elif how == 3:
        at = random.randrange(len(root), len(name))
        name[at] = random.choice((0, max(0, name[at] - 1), name[at] + 1, 2**31, 2**32 - 1))
    elif how == 4:
        name += [random.randrange(2**32) for _ in range(128 - len(name))]
    elif how == 5:
        name = list(root) + [random.randrange(12) for _ in range(random.randrange(12))]
    elif how == 6:
        name = [1, 3] + [random.randrange(10) for _ in range(random.randrange(1, 100))]
    elif how == 7:
        name = name[:-1] + [2**32 - 1]
    return tuple(name)


def main():
    port, root, count, seed = sys.argv[1:]
    root = tuple(int(s) for s in root.strip(".").split("."))
    random.seed(int(seed))
    client = Client(int(port))
    names = walk(client, root)
    there = set(names)
    end = (names[-1][: len(root) - 1] + (names[-1][len(root) - 1] + 1,)) if names else ()

    def wrong(what, *details):
        sys.exit("%s: %s" % (what, ", ".join(str(d) for d in details)))

    def check_next(asked, name, tag):
        at = bisect.bisect_right(names, asked)
        if at < len(names) and asked >= root:
            if name != names[at] or tag in (NO_SUCH_OBJECT, NO_SUCH_INSTANCE, END_OF_VIEW):
                wrong("next", asked, name, tag, "expected", names[at])
        elif tag != END_OF_VIEW and (name <= asked or (asked >= root and name < end)):
            wrong("next outside", asked, name, tag)

    def get(asked):
        error, binds = client.ask(GET, asked) or wrong("no answer", asked)
        if error or [n for n, _ in binds] != asked:
            wrong("get", error, asked, binds)
        for name, tag in binds:
            inside = name[: len(root)] == root
            if inside and (name in there) == (tag in (NO_SUCH_OBJECT, NO_SUCH_INSTANCE)):
                wrong("get", name, tag)

    def getnext(asked):
        error, binds = client.ask(GETNEXT, asked) or wrong("no answer", asked)
        if error or len(binds) != len(asked):
            wrong("getnext", error, asked, binds)
        for before, (name, tag) in zip(asked, binds):
            check_next(before, name, tag)

    def getbulk(asked):
        # snmpd 5.9.3 gives the end of the MIB in one column the name of another one
        asked = [a for a in asked if a[: len(root)] == root] or [root]
        once, more = random.randrange(3), random.randrange(40)
        error, binds = client.ask(GETBULK, asked, once, more) or wrong("no answer", asked)
        if error:
            wrong("getbulk", error, asked)
        once = min(once, len(asked))
        before = list(asked)
        for i, (name, tag) in enumerate(binds):
            column = i if i < once else once + (i - once) % (len(asked) - once)
            check_next(before[column], name, tag)
            before[column] = name

    def set_(asked):
        error, _ = client.ask(SET, asked[:1], community=b"writer") or wrong("no answer", asked)
        if asked[0] in there and error != NOT_WRITABLE:
            wrong("set", asked[0], error)
        if asked[0][: len(root)] == root and error not in (NOT_WRITABLE, NO_CREATION, NO_ACCESS):
            wrong("set", asked[0], error)

    done = {}
    for _ in range(int(count)):
        ask = random.choice((get, get, getnext, getnext, getbulk, set_))
        ask([near(names, root) for _ in range(random.randrange(1, 6))])
        done[ask.__name__] = done.get(ask.__name__, 0) + 1
    print("%d names;" % len(names), ", ".join("%d %s" % (n, k.strip("_")) for k, n in done.items()))


main()
