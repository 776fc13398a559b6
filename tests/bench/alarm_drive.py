#!/usr/bin/python3
"""alarm_drive.py GATEWAYS STRINGS CELLS CELL_INTERVAL GROUP...: change registers, time what is told.

In the simulator at $W/sim.sock alarms begin and end on random objects at random moments; lines of
$W/snmptrapd.log and of $W/collectd.log say when a manager, and a plugin of collectd, got to know. All
times are of one monotonic clock; the logs are looked at every millisecond or two. Each change has to
be told once on each way, of its object and kind, by the alarm that began; nothing else may be told.
A GROUP is CLASS:PAIRS:PER_SECOND, several of them with + run at the same time; a pair is a beginning
and an end, two changes.

Prints "CLASS trap|notification begin|end MILLISECONDS"; exits 1, with the reasons on stderr, if
anything was not told as it should be.
"""

import heapq
import itertools
import os
import random
import re
import socket
import sys
import time

W = os.environ["W"]
GATEWAYS, STRINGS, CELLS = (int(a) for a in sys.argv[1:4])
CELL_INTERVAL = float(sys.argv[4])
TOGETHER = 3  # cells of one string: more would become one alarm of the string
PATIENCE = 30 + 3 * CELL_INTERVAL
WAYS = ("trap", "notification")

# What a string's own words tell: the register, its value for the beginning and the end.
STRING_WORDS = {
    "stringVoltageHigh": ("alarm", 0x04, 0), "stringVoltageLow": ("alarm", 0x08, 0),
    "chargeCurrentHigh": ("alarm", 0x01, 0), "dischargeCurrentHigh": ("alarm", 0x02, 0),
    "stringSocLow": ("alarm", 0x10, 0), "stringSohLow": ("alarm", 0x20, 0),
    "hallDisconnected": ("alarm", 0x40, 0), "stringError": ("status", 2, 1),
    "stringAbnormal": ("state", 5, 0),
}
# What makes its cells be read at once; the last one is an alarm of its own.
JUMPS = (("current", 2000, 0, None), ("state", 1, 0, None), ("alarm", 0x20, 0, "stringSohLow"))


def fail(text):
    sys.exit(f"alarm_drive: {text}")


class Simulator:
    def __init__(self):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(f"{W}/sim.sock")
        self.answers = self.socket.makefile()

    def __call__(self, command):
        self.socket.sendall(command.encode() + b"\n")
        answer = self.answers.readline()
        if answer != "OK\n":
            fail(f"simulator: {command}: {answer}")


class Tail:
    """The lines that a file gets from now on."""

    def __init__(self, name):
        self.file = open(f"{W}/{name}", "rb")
        self.file.seek(0, os.SEEK_END)
        self.rest = b""

    def lines(self):
        new = self.file.read()
        if not new:
            return []
        *lines, self.rest = (self.rest + new).split(b"\n")
        return [line.decode(errors="replace") for line in lines]


def parse_trap(line):
    """What is told: begin or end, gateway, string, cell, kind; and the fields."""
    told = re.search(r"= btmsAlarm(Raised|Cleared)\|", line)
    if not line.startswith("TRAP") or not told:
        return None
    field, index = {}, {}
    for name, at, value in re.findall(r"(btms\w+)\.(\d+) = ([^|]*)", line):
        field[name], index[name] = value.strip('"'), at
    place = (field["btmsNotifyDeviceName"].split(" / ")[0],
             int(field["btmsAlarmString"]), int(field["btmsAlarmCell"]))
    what = "begin" if told[1] == "Raised" else "end"
    return (what, *place, field["btmsAlarmKindCode"]), \
        (int(field["btmsNotifySequence"]), index["btmsAlarmText"])


NOTIFICATION = re.compile(r"Notification: severity = (\w+), host = ([^,]+), plugin = btms, "
                          r"plugin_instance = ([a-z]+)(\d*), type = alarm, "
                          r"type_instance = (\w+)(?:-cell(\d+))?, message = ")


def parse_notification(line):
    m = NOTIFICATION.search(line)
    if not m:
        return None
    what = "end" if m[1] == "OKAY" else "begin"
    return (what, m[2], int(m[4] or 0), int(m[6] or 0), m[5]), None


class Objects:
    """Which gateways, strings and cells are free."""

    def __init__(self):
        self.cells = {}  # of a string: the cells in use, or None: all of it
        self.gone = set()

    def strings(self, wanted):
        """Strings in random order for which `wanted` holds."""
        every = [(g, s) for g in range(1, GATEWAYS + 1) for s in range(1, STRINGS + 1)]
        for g, s in random.sample(every, len(every)):
            if g not in self.gone and wanted(self.cells.get((g, s), set())):
                yield g, s

    def take_string(self):
        for at in self.strings(lambda used: used == set()):
            self.cells[at] = None
            return at
        return None

    def take_cell(self):
        for at in self.strings(lambda used: used is not None and len(used) < TOGETHER):
            cell = random.choice([c for c in range(1, CELLS + 1)
                                  if c not in self.cells.get(at, set())])
            self.cells.setdefault(at, set()).add(cell)
            return (*at, cell)
        return None

    def take_gateway(self):
        """Never more than half of them: all together are the network, which is another alarm."""
        used = {g for (g, _), cells in self.cells.items() if cells != set()}
        free = [g for g in range(1, GATEWAYS + 1) if g not in self.gone and g not in used]
        if not free or (GATEWAYS > 1 and 2 * len(self.gone) >= GATEWAYS):
            return None
        gateway = random.choice(free)
        self.gone.add(gateway)
        return (gateway,)

    def release(self, at):
        if len(at) == 1:
            self.gone.discard(at[0])
        elif len(at) == 2:
            del self.cells[at]
        else:
            self.cells[at[:2]].discard(at[2])


class Change:
    """Commands, and what has to be told after the last of them."""

    def __init__(self, name, commands, keys):
        self.name, self.commands, self.keys = name, commands, keys


def name_of(gateway):
    return f"g{gateway:03d}"


def changed(what, at, kind):
    gateway, string, cell = (*at, 0, 0)[:3]
    return (what, name_of(gateway), string, cell, kind)


def words_pair(name, at, turn):
    kind = list(STRING_WORDS)[turn % len(STRING_WORDS)]
    word, *values = STRING_WORDS[kind]
    return [Change(name, [f"set-raw {name_of(at[0])} string {at[1]} {word} {v}"],
                   [changed(what, at, kind)])
            for what, v in zip(("begin", "end"), values)]


def cell_change(name, what, at):
    return Change(name, [f"set-raw {name_of(at[0])} string {at[1]} cell {at[2]} status "
                         f"{2 if what == 'begin' else 1}"], [changed(what, at, "cellError")])


def cell_pair(name, at, _turn):
    return [cell_change(name, what, at) for what in ("begin", "end")]


def jump_pair(name, at, turn):
    """A cell, and right after it its string."""
    word, *values, kind = JUMPS[turn % len(JUMPS)]
    pair = cell_pair(name, (*at, random.randint(1, CELLS)), turn)
    for change, what, v in zip(pair, ("begin", "end"), values):
        change.commands.append(f"set-raw {name_of(at[0])} string {at[1]} {word} {v}")
        if kind:
            change.keys.append(changed(what, at, kind))
    return pair


def gateway_pair(name, at, _turn):
    return [Change(name, [c], [changed(what, at, "gatewayCommLost")])
            for c, what in ((f"fault {name_of(at[0])} mute", "begin"),
                            (f"clear {name_of(at[0])}", "end"))]


# How an object is found, its pair of changes, how long what was told stands at least, the random time
# beyond that, and how long it is left alone afterwards: a gateway until its cells were read again, as
# what is not answered twice is lost.
CLASSES = {
    "string": (Objects.take_string, words_pair, 0.5, 1, 0),
    "jump": (Objects.take_string, jump_pair, 1.5, 1, 0),
    "cell": (Objects.take_cell, cell_pair, 0.5, CELL_INTERVAL, 0),
    "gateway": (Objects.take_gateway, gateway_pair, 0.5, 1, 3),
}


class Bench:
    def __init__(self):
        self.sim = Simulator()
        self.tails = {"trap": (Tail("snmptrapd.log"), parse_trap),
                      "notification": (Tail("collectd.log"), parse_notification)}
        self.objects = Objects()
        self.due = []  # heap of (when, number, function)
        self.number = itertools.count()
        self.waiting = {}  # (way, key): its change
        self.ids = {}  # what of a key: the alarm that began
        self.sequence = None
        self.open = 0
        self.wrong = []

    def at(self, when, function):
        heapq.heappush(self.due, (when, next(self.number), function))

    def begin(self, name, turn):
        take, pair, stands, more, rest = CLASSES[name]
        at = take(self.objects)
        if at is None:  # all are busy: the next moment is as good
            self.at(time.monotonic() + random.uniform(0.05, 0.2), lambda: self.begin(name, turn))
            return
        first, second = pair(name, at, turn)

        def ended():
            self.at(time.monotonic() + rest, lambda: self.objects.release(at))
            self.open -= 1

        # From when it was told, and evenly over the phases of whoever looks: else the end would
        # always come right after a look.
        self.make(first, lambda: self.at(time.monotonic() + stands + random.uniform(0, more),
                                         lambda: self.make(second, ended)))

    def make(self, change, then):
        for command in change.commands[:-1]:
            self.sim(command)
        change.made = time.monotonic()
        self.sim(change.commands[-1])
        change.then, change.left = then, len(WAYS) * len(change.keys)
        for way, key in itertools.product(WAYS, change.keys):
            if (way, key) in self.waiting:
                fail(f"{key} is not over")
            self.waiting[way, key] = change

    def told(self, way, key, more, now):
        change = self.waiting.pop((way, key), None)
        if change is None:
            self.wrong.append(f"{way}: {key}: not expected, or told twice")
            return
        if more:
            self.check_trap(key, *more)
        if key == change.keys[0]:
            print(change.name, way, key[0], f"{1000 * (now - change.made):.1f}")
        change.left -= 1
        if change.left == 0:
            # Not from within, as more changes may have been told in the same lines.
            self.at(now, change.then)

    def check_trap(self, key, sequence, alarm):
        if self.sequence is not None and sequence != self.sequence + 1:
            self.wrong.append(f"trap: {key}: number {sequence} came after {self.sequence}")
        self.sequence = sequence
        if key[0] == "begin":
            self.ids[key[1:]] = alarm
        elif self.ids.pop(key[1:], None) != alarm:
            self.wrong.append(f"trap: {key}: ends alarm {alarm}, which is another one")

    def look(self):
        for way, (tail, parse) in self.tails.items():
            lines = tail.lines()
            now = time.monotonic()
            for key in filter(None, map(parse, lines)):
                self.told(way, *key, now)

    def late(self):
        now = time.monotonic()
        return [f"{way}: {key}: not told after {PATIENCE:.0f} s"
                for (way, key), change in self.waiting.items() if now - change.made > PATIENCE]

    def run(self, group):
        now = time.monotonic() + 0.1
        for part in group.split("+"):
            name, pairs, rate = part.split(":")
            for i in range(int(pairs)):
                self.at(now + (i + random.random()) / float(rate),
                        lambda name=name, i=i: self.begin(name, i))
            self.open += int(pairs)
        while self.open > 0:
            self.look()
            now = time.monotonic()
            while self.due and self.due[0][0] <= now:
                heapq.heappop(self.due)[2]()
            time.sleep(0.001)
            self.wrong += self.late()
            if self.wrong:
                fail("; ".join(self.wrong[:5]))

    def quiet(self):
        """Nothing comes after the last one."""
        end = time.monotonic() + 1.5
        while time.monotonic() < end:
            self.look()
            time.sleep(0.01)
        if self.wrong:
            fail("; ".join(self.wrong[:5]))


def main():
    bench = Bench()
    for group in sys.argv[5:]:
        bench.run(group)
    bench.quiet()


main()
