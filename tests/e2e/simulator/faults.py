#!/usr/bin/python3
"""Every fault and service discipline of the simulator, seen from a raw socket.

What must not happen is never waited for: the simulator counts what it dropped, so a test waits for
that count and then looks. Times are only ever checked from below.
"""
import sys
import time

from peer import Line, Sim, can_connect, check, same, until

LATE = 200  # ms


def fresh(sim, faults, *requests):
    """A new connection on which the requests were sent in one segment, under the given faults."""
    sim("clear a")
    sim("reset-stats a")
    for fault in faults:
        sim(f"fault a {fault}")
    line = Line(sim.address("a"))
    line.ask(*requests)
    return line


def dropped(sim, count):
    return until(lambda: sim.stats("a")["dropped"] == count)


def content(sim):
    """Faults in what the frame says."""
    good = b"\0\1\0\0\0\5\x65\3\2\0\1"  # register 0 of string 1: it belongs to UPS 1
    cases = [
        ("wrong-tid", b"\x80" + good[1:]),
        ("wrong-unit", good[:6] + b"\x66" + good[7:]),
        ("exception", b"\0\1\0\0\0\3\x65\x83\4"),
        ("exception code=6", b"\0\1\0\0\0\3\x65\x83\6"),
        ("exception code=200", b"\0\1\0\0\0\3\x65\x83\xc8"),
        ("zero-registers", b"\0\1\0\0\0\3\x65\3\0"),
        ("overlong", b"\0\1\0\0\0\x09\x65\3\6\0\1ZZZZ"),
        ("duplicate", good + good),
    ]
    for fault, wanted in cases:
        with fresh(sim, [fault], (101, 0, 1)) as line:
            same(fault, line.bytes(len(wanted)), wanted)
            check(f"{fault}: no more than that", line.quiet())
    with fresh(sim, ["wrong-tid", "wrong-unit", "duplicate"], (101, 0, 1)) as line:
        wanted = b"\x80" + good[1:6] + b"\x66" + good[7:]
        same("three faults at once", line.bytes(22), wanted * 2)
    for where, at in (("before", 0), ("in", 5), ("after", 11)):
        with fresh(sim, [f"garbage where={where}"], (101, 0, 1)) as line:
            data = line.bytes(22)
            same(f"garbage {where} the frame", data[:at] + data[at + 11 :], good)
            check("cannot pass for a frame", all(b & 0x80 for b in data[at : at + 11]), data)


def cut(sim):
    """Faults in how much of the frame comes."""
    with fresh(sim, ["short count=1"], (101, 0, 15)) as line:
        same("short", len(line.bytes(37)), 37)
        line.ask((101, 0, 1))
        check("and then nothing", dropped(sim, 1) and line.quiet())
    with fresh(sim, ["reset"], (101, 0, 15)) as line:
        try:
            data = line.bytes(39)
        except ConnectionResetError:
            data = b""
        check("reset sends at most half", len(data) in (0, 19), len(data))
    with fresh(sim, ["reset"], (101, 0, 15)) as line:
        check("and then tears down", until(lambda: sim.stats("a")["connections_open"] == 0))
        ends = [line.end(), line.end()]
        check("with RST", "reset" in ends and "closed" not in ends, ends)
    with fresh(sim, ["drip ms=10"], (101, 0, 15), (102, 0, 1)) as line:
        start = time.monotonic()
        tids = line.frame()[0], line.frame()[0]
        check("drip takes its time", time.monotonic() - start >= 0.3)
        same("drip loses nothing", tids, (1, 2))


def silence(sim):
    """Requests that are not answered."""
    with fresh(sim, ["mute"], (101, 0, 1)) as line:
        check("mute", dropped(sim, 1) and line.quiet())
        sim("clear a mute")
        same("and talks again", line.read(101, 0, 1), [1])
    with fresh(sim, ["mute count=2"], *[(101, 0, 1)] * 3) as line:
        same("count=2: the third is answered", line.frame()[0], 3)
        same("and the fault is over", sim("faults a"), [])
    with fresh(sim, ["mute unit=102"], (102, 0, 1), (101, 0, 1)) as line:
        same("unit=102: the other is answered", line.frame()[0], 2)
        same("and the fault is still there", sim("faults a"), ["fault a mute unit=102"])
        sim("clear a unit=101")
        same("clear of another unit", len(sim("faults a")), 1)
        sim("clear a mute unit=102")
        same("clear of this unit", sim("faults a"), [])
    with fresh(sim, ["drop-pipelined"], *[(101, 0, 1)] * 4) as line:
        same("drop-pipelined: the first is answered", line.frame()[0], 1)
        check("the others are not", dropped(sim, 3) and line.quiet())
        same("one at a time is", line.read(101, 0, 1), [1])
    with fresh(sim, ["drop-pipelined 2"], *[(101, 0, 1)] * 4) as line:
        same("drop-pipelined 2: two are answered", (line.frame()[0], line.frame()[0]), (1, 2))
        check("and two are not", dropped(sim, 2) and line.quiet())
    with fresh(sim, ["overload 2"], *[(101, 0, 1)] * 2) as line:
        same("overload 2: two are answered", (line.frame()[0], line.frame()[0]), (1, 2))
    with fresh(sim, ["overload 2"], *[(101, 0, 1)] * 3) as line:
        same("the third ends the connection", line.end(), "reset")


def times(sim):
    """Faults in when the reply comes."""
    start = time.monotonic()
    with fresh(sim, [f"delay ms={LATE} unit=102"], (102, 0, 1), (101, 0, 1)) as line:
        same("delay keeps the order", (line.frame()[0], line.frame()[0]), (1, 2))
        check("delay delays", time.monotonic() - start >= LATE / 1000)
    start = time.monotonic()
    with fresh(sim, [f"late ms={LATE} unit=102 count=1"], (102, 0, 1), (101, 0, 1), (102, 0, 1)) as line:
        order = [line.frame()[0] for _ in range(3)]
        same("late lets others pass", order, [2, 3, 1])
        check("late is late", time.monotonic() - start >= LATE / 1000)


def connections(sim):
    """Faults of the whole gateway."""
    address = sim.address("a")
    with fresh(sim, []) as line:
        sim("fault a refuse")
        check("refuse ends connections", line.end() in ("closed", "reset"))
    same("refuse", can_connect(address), "refused")
    sim("clear a refuse")
    same("the same port serves again", can_connect(address), "yes")
    start = time.monotonic()
    with fresh(sim, [f"close-idle ms={LATE}"]) as line:
        same("close-idle", line.end(), "closed")
        check("not at once", time.monotonic() - start >= LATE / 1000)
    for how, wanted in (("close", "closed"), ("refuse", "refused")):
        sim("clear a")
        check("all connections gone", until(lambda: sim.stats("a")["connections_open"] == 0))
        with fresh(sim, [f"max-connections 1 how={how}"], (101, 0, 1)) as line:
            line.frame()
            same(f"max-connections, how={how}", can_connect(address), wanted)
            same("the first one is served", line.read(101, 0, 1), [1])
        check("free again", until(lambda: can_connect(address) == "yes"))
    sim("clear a")
    check("all connections gone", until(lambda: sim.stats("a")["connections_open"] == 0))
    with fresh(sim, ["max-connections 1 how=oldest"], (101, 0, 1)) as line:
        line.frame()
        same("max-connections, how=oldest", can_connect(address), "yes")
        same("the first one is closed", line.end(), "closed")
    sim("clear a")


def flood(sim):
    """What nobody asked for, on and on."""
    with fresh(sim, ["flood what=frames"]) as line:
        tids = [line.frame()[0] for _ in range(100000)]
        check("a flood of frames, none asked for", min(tids) >= 0xF000, hex(min(tids)))
        (tid,) = line.ask((101, 0, 1))
        sim("clear a flood")
        got = next(t for t in iter(lambda: line.frame()[0], None) if t < 0xF000)
        same("what is asked for is among them", got, tid)
        same("cleared, it ends", (line.read(101, 0, 1), line.quiet()), ([1], True))
    with fresh(sim, ["flood"]) as line:
        data = line.bytes(1000000)
        same("a flood of bytes", (len(data), len(set(data[:4096]))), (1000000, 256))
    same("it is of the gateway", sim("faults a"), ["fault a flood what=bytes"])
    sim("clear a")


def record(sim, path):
    """Who asked what and when."""
    sim(f"record {path}")
    with fresh(sim, [], (101, 0, 15), (101, 100, 106)) as line:
        line.frame(), line.frame()
    sim("record off")
    with open(path, encoding="ascii") as f:
        rows = [row.split() for row in f]
    same("record", [row[1:] for row in rows], [["a", "101", "0", "15"], ["a", "101", "100", "106"]])
    check("in the order of time", 0 < float(rows[0][0]) <= float(rows[1][0]), rows)


def service(sim):
    """Who waits for whom."""
    four = [(101, 0, 1)] * 4
    sim("options a service=overlap latency=50")
    with fresh(sim, [], *four) as line:
        same("overlap: four at a time", len(line.socket.recv(4096)), 44)
        same("four were outstanding", sim.stats("a")["outstanding_max"], 4)
    sim("options a service=connection latency=2000")
    with fresh(sim, [], *four) as line:
        same("connection: one at a time", len(line.socket.recv(4096)), 11)
    sim("options a service=connection latency=0.5")
    with fresh(sim, ["delay ms=60000 unit=102"], (102, 0, 1)) as slow, Line(sim.address("a")) as fast:
        check("connection: busy", until(lambda: sim.stats("a")["outstanding"] == 1))
        same("another connection does not wait", fast.read(101, 0, 1), [1])
        check("for the slow one", slow.quiet())
    sim("options a service=serial")
    with fresh(sim, [f"delay ms={LATE} unit=102"], (102, 0, 1)) as slow, Line(sim.address("a")) as fast:
        check("serial: busy", until(lambda: sim.stats("a")["requests"] == 1))
        same("another connection waits", fast.read(101, 0, 1), [1])
        check("for the slow one", not slow.quiet())
    sim("options a service=overlap latency=0")


def many(sim):
    """A hundred gateways with two connections each."""
    for i in range(100):
        sim(f"gateway m{i} 127.0.0.1:0 strings=1 cells=1")
    lines = [Line(sim.address(f"m{i % 100}")) for i in range(200)]
    for line in lines:
        line.ask(*[(101, 0, 15)] * 20)
    good = sum(line.words()[0] == 1 for line in lines for _ in range(20))
    same("a hundred gateways answer", good, 4000)
    same("each of them", {sim.stats(f"m{i}")["requests"] for i in range(100)}, {40})
    sim("remove m*")
    check("connections of removed gateways end", all(line.end() == "closed" for line in lines))


def main():
    sim = Sim(sys.argv[1])
    content(sim)
    cut(sim)
    silence(sim)
    times(sim)
    connections(sim)
    flood(sim)
    record(sim, sys.argv[1] + ".record")
    service(sim)
    many(sim)


main()
