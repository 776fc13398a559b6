#!/usr/bin/python3
"""What is left after 078-kill has killed: does the log have all that was true, and everybody the log?

    killed.py LOOK DIRECTORY SLOW

LOOK is one of log, acked, active, a, b, snmpd, shown, counts. DIRECTORY has what the test wrote down: script
(what was true after each step, as the simulator tells it), kills.log, acked, asked, and look/ with copies of all
that the programs have to say. Every difference is a line; exit status 1 if there is any.
"""

import json
import re
import sqlite3
import sys

what, directory, slow = sys.argv[1], sys.argv[2], int(sys.argv[3])
look = directory + "/look/"
problems = []

RAISED, CLEARED, CHANGED, ACKNOWLEDGED = 1, 2, 3, 4
WHAT = {"raised": RAISED, "cleared": CLEARED, "changed": CHANGED, "acknowledged": ACKNOWLEDGED}
WARNING, CRITICAL = 1, 4
BITS = (  # of string_alarm, the vendor's list
    "chargeCurrentHigh dischargeCurrentHigh stringVoltageHigh stringVoltageLow "
    "stringSocLow stringSohLow hallDisconnected"
).split()
FEW = 3  # of so many strings something is no crowd: it needs more than three, or a tenth, of the twelve
SHOWN = 1024  # events that are in SNMP's log table
PATIENCE = 15 * slow  # seconds from an answer to the store of the cursor: the store may be busy


def problem(text, *arguments):
    problems.append(text % arguments)


def lines(path):
    with open(path, encoding="utf-8", errors="replace") as f:
        return f.read().splitlines()


def kinds():
    """Numbers of BtmsAlarmKind, from the MIB."""
    text = "\n".join(lines(look + "mib"))
    body = re.search(r"BtmsAlarmKind ::= TEXTUAL-CONVENTION.*?SYNTAX\s+INTEGER\s*{(.*?)}", text, re.S)
    return {int(n): name for name, n in re.findall(r"(\w+)\s*\((\d+)\)", body[1])}


class Event:
    def __init__(self, row):
        self.sequence, self.what, self.id, self.muted, self.severity, self.wall_ms = row[:6]
        gateway, string, cell, kind = row[6:]
        self.of = (GATEWAY[gateway], string, cell, KIND[kind])


KIND = kinds()
store = sqlite3.connect(look + "btms.db")
GATEWAY = {0: "site", **dict(store.execute("SELECT idx, name FROM device"))}
events = [
    Event(row)
    for row in store.execute(
        "SELECT sequence, what, alarm_id, muted, severity, wall_ms, gateway, string, cell, kind"
        " FROM event ORDER BY sequence"
    )
]


# ---- what was true --------------------------------------------------------------------------------


def truth(reading):
    """The alarms, with their severity where that changes, that a line of the simulator is worth."""
    gateway, *words = reading.split()
    if words == ["lost"]:
        return {(gateway, 0, 0, "gatewayCommLost"): True}
    name, raw = words[-3], int(words[-2])
    string = int(words[1]) if words[0] == "string" else 0
    cell = int(words[3]) if len(words) == 7 else 0
    if name == "string_alarm":
        return {(gateway, string, 0, BITS[b]): True for b in range(7) if raw >> b & 1}
    if name == "string_ambient_humidity" and raw > 800:
        return {(gateway, string, 0, "humidityHigh"): CRITICAL if raw > 900 else WARNING}
    if name in ("ups_status", "string_status", "cell_status") and raw == 2:
        return {(gateway, string, cell, name[:-7] + "Error"): True}
    return {}


def steps():
    ret = []
    for line in lines(directory + "/script"):
        if line.startswith("step "):
            ret.append({})
        else:
            ret[-1].update(truth(line))
    return ret


def changes(states):
    """A list of states without those that repeat the one before, from None."""
    ret = [None]
    for s in states:
        if s != ret[-1]:
            ret.append(s)
    return ret[1:]


def logged(of):
    states = []
    for e in events:
        if e.of == of and e.what == CLEARED:
            states.append(None)
        elif e.of == of:
            states.append(e.severity if of[3] == "humidityHigh" else True)
    return changes(states)


def is_crowd(of):
    """The same of many strings, as one of the site: nothing that the simulator tells."""
    return of[0] == "site" and of[3] in BITS


def look_at_log():
    script = steps()
    scripted = {of for s in script for of in s}
    for of in sorted({e.of for e in events if not is_crowd(e.of)} - scripted):
        problem("%s was never true", of)
    for of in sorted(scripted):
        wanted, got = changes([s.get(of) for s in script]), logged(of)
        if wanted != got:
            problem("%s: was %s, the log has %s", of, wanted, got)
    for n, e in enumerate(events):
        if e.sequence != n + 1:
            problem("after event %d comes %d", n, e.sequence)
            break
    standing()
    crowds()


def crowds():
    """One begins with the fourth, which is told behind it, and ends when there are three again."""
    standing = {}
    for e in events:
        n = sum(not is_crowd(of) and of[3] == e.of[3] for of in standing.values())
        if is_crowd(e.of) and e.what == RAISED and e.id not in standing and n < FEW:
            problem("event %d: a crowd of %d, %s", e.sequence, n + 1, e.of)
        if is_crowd(e.of) and e.what == CLEARED and n > FEW:
            problem("event %d: there are still %d, %s", e.sequence, n, e.of)
        if e.what == CLEARED:
            standing.pop(e.id, None)
        else:
            standing[e.id] = e.of


def look_at_acked():
    """What was asked for need not be done when the alarm ended before."""
    over = {e.id for e in events if e.what == CLEARED}
    asked = [int(line) for line in lines(directory + "/asked")]
    acked = [int(line) for line in lines(directory + "/acked")] + [i for i in asked if i not in over]
    for i in set(acked) | {e.id for e in events if e.what == ACKNOWLEDGED}:
        n = sum(e.id == i and e.what == ACKNOWLEDGED for e in events)
        if n != 1:
            problem("alarm %d was acknowledged, %d times in the log", i, n)
    with open(look + "alarms.json", encoding="utf-8") as f:
        for a in json.load(f)["alarms"]:
            if (a["id"] in acked) > (a["acknowledged"] is not None):
                problem("alarm %d was acknowledged, and is not any more", a["id"])


def standing():
    """What was raised and not cleared, by id. Each is raised once; once more if it was muted."""
    ret = {}
    for e in events:
        was = ret.get(e.id)
        again = was is not None and was.muted and not e.muted
        if e.what == RAISED and (was is None and e.of in {o.of for o in ret.values()}):
            problem("event %d: %s stands already", e.sequence, e.of)
        if e.what == RAISED and was is not None and not again:
            problem("event %d: alarm %d was raised already", e.sequence, e.id)
        if e.what != RAISED and was is None:
            problem("event %d: alarm %d does not stand", e.sequence, e.id)
        if e.what == CLEARED:
            ret.pop(e.id, None)
        else:
            ret[e.id] = e
    return ret


# ---- what stands ----------------------------------------------------------------------------------


def walked(path):
    """{index: {column: value}}"""
    ret = {}
    for line in lines(look + path):
        name, value = line.split(" ", 1)
        column, index = name.split(".", 1)
        ret.setdefault(int(index), {})[column] = int(value)
    return ret


def differ(name, got, wanted):
    for i in sorted(set(got) | set(wanted)):
        if got.get(i) != wanted.get(i):
            problem("%s: %s is %s, in the log %s", name, i, got.get(i), wanted.get(i))


def look_at_active():
    wanted = {i: e.of for i, e in standing().items()}
    now = {of: True for of in steps()[-1]}
    differ("simulator", now, {of: True for of in wanted.values() if not is_crowd(of)})
    for of in wanted.values():
        if is_crowd(of) and sum(n[3] == of[3] for n in now) <= FEW:
            problem("%s stands, and they are few", of)
    sql = "SELECT alarm_id, gateway, string, cell, kind FROM active"
    differ("store", {i: (GATEWAY[g], s, c, KIND[k]) for i, g, s, c, k in store.execute(sql)}, wanted)
    snmp = {
        i: (GATEWAY[a["btmsAlarmGateway"]], a["btmsAlarmString"], a["btmsAlarmCell"], KIND[a["btmsAlarmKindCode"]])
        for i, a in walked("active.walk").items()
    }
    differ("SNMP", snmp, wanted)
    with open(look + "alarms.json", encoding="utf-8") as f:
        ctl = json.load(f)["alarms"]
    differ("btmsctl", {a["id"]: (GATEWAY[a["gateway"]], a["string"], a["cell"], a["kind"]) for a in ctl}, wanted)


def look_at_shown():
    wanted = {e.sequence: (e.id, e.what) for e in events}
    walk = {n: (r["btmsAlarmLogAlarmId"], r["btmsAlarmLogEvent"]) for n, r in walked("log.walk").items()}
    differ("SNMP", walk, {n: w for n, w in wanted.items() if n in walk or n > len(events) - SHOWN})
    with open(look + "log.json", encoding="utf-8") as f:
        ctl = {e["sequence"]: (e["alarm"]["id"], WHAT.get(e["event"])) for e in json.load(f)}
    differ("btmsctl", ctl, wanted)


# ---- who was told ---------------------------------------------------------------------------------


class Outage:
    def __init__(self, name, begin, hang):
        self.name, self.begin, self.hang, self.end = name, begin, hang, float("inf")


def outages():
    ret = []
    for line in lines(directory + "/kills.log"):
        at, verb, name = line.split()
        if verb == "start":
            for o in ret:
                if o.name == name and o.end == float("inf"):
                    o.end = float(at)
        else:
            ret.append(Outage(name, float(at), verb == "stop"))
            if name.startswith("inform-"):
                ret[-1].end = float(at)  # the agent starts another one
    return ret


def told(receiver):
    """(number, sequence, alarm, what), seconds: of every notification, in the order they came."""
    ret = []
    for line in lines(look + receiver):
        m = re.match(r"TRAP[^|]*?(?:\|| )(\d+)[| ].*= btmsAlarm(Raised|Cleared|Changed)\|", line)
        number = re.search(r"\|btmsNotifySequence\.0 = (\d+)", line)
        sequence = re.search(r"\|btmsNotifyLogSequence\.0 = (\d+)", line)
        alarm = re.search(r"\|btmsAlarmText\.(\d+) = ", line)
        change = re.search(r"\|btmsAlarmLogEvent\.(\d+) = (\w+)", line)
        if m:
            verb = m[2].lower()
            if verb == "changed":  # the row of the log that it names has what became of the alarm
                verb = change and change[1] == sequence[1] and change[2]
            ret.append(((int(number[1]), int(sequence[1]), int(alarm[1]), WHAT.get(verb)), int(m[1])))
    return ret


def due():
    """What a receiver must be told: as told() gives it."""
    tell = [e for e in events if not e.muted]
    return [(n + 1, e.sequence, e.id, e.what) for n, e in enumerate(tell)]


def explained(before, again, of):
    """Was one of the parts hit after it was told, and before it could be stored that it was?"""
    for o in of:
        late = min(again, before + PATIENCE) + 1
        if before - 1 <= o.begin <= late or (o.hang and o.begin <= late and before <= o.end + 5 * slow):
            return True
    return False


def first_ones(receiver, of):
    """Without repeats, each of which must be explained; and how many those were."""
    seen, ret, repeats = {}, [], 0
    for one, at in told(receiver):
        if one[0] not in seen:
            ret.append((one, at))
        else:
            repeats += 1
            if seen[one[0]][0] != one:
                problem("%s is now %s", seen[one[0]][0], one)
            if not explained(seen[one[0]][1], at, of):
                problem("%s came again after %d s, at %d: nobody was killed", one, at - seen[one[0]][1], at)
        seen[one[0]] = (one, at)
    return ret, repeats


def between(receiver):
    """The parts between the log and what the receiver has written."""
    names = ("agentx", "snmpd") if receiver == "snmpd" else ("agentx", "inform-" + receiver, "manager-" + receiver)
    return [o for o in outages() if o.name in names]


def look_at_manager(name):
    came = [one for one, _ in first_ones(name, between(name))[0]]
    for got, wanted in zip(came, due()):
        if got != wanted:
            problem("%s came instead of %s", got, wanted)
            return
    if len(came) != len(due()):
        problem("%d of %d came", len(came), len(due()))


def missing(came):
    """What the trap sink was not told, and between when and when it should have been: all is sent in
    order, so after what came before it and before what came behind it."""
    at = dict(came)
    ret, since, until = [], 0, float("inf")
    happened = {e.sequence: e.wall_ms / 1000 for e in events}
    for one in due():
        since = max(since, at.get(one, 0))
        ret.append([one, max(since, happened[one[1]]), until])
    for row in reversed(ret):
        row[2] = until
        until = at.get(row[0], until)
    return [row for row in ret if row[0] not in at]


def look_at_sink():
    came = first_ones("snmpd", between("snmpd"))[0]
    numbers = [one[0] for one, _ in came]
    if numbers != sorted(numbers):
        problem("not in order: %s", numbers)
    for one in set(one for one, _ in came) - set(due()):
        problem("%s is none of the log", one)
    away = [o for o in outages() if o.name == "snmptrapd" and not o.hang]
    table = walked("log.walk")
    for one, since, until in missing(came):
        if not any(o.begin <= until + 1 and since <= o.end + 1 for o in away):
            problem("%s was not sent again, though the sink was there", one)
        if one[1] not in table:
            problem("%s is not in the log table either", one)


def tell_counts():
    raised = sum(e.what == RAISED for e in events)
    cleared = sum(e.what == CLEARED for e in events)
    acked = sum(e.what == ACKNOWLEDGED for e in events)
    again = ", ".join("%s %d" % (r, first_ones(r, between(r))[1]) for r in ("a", "b", "snmpd"))
    gaps = len(missing(first_ones("snmpd", between("snmpd"))[0]))
    hits = {}
    for o in outages():
        hits[o.name] = hits.get(o.name, 0) + 1
    print("%d raised, %d cleared, %d muted" % (raised, cleared, sum(e.muted for e in events)), end="; ")
    print("acknowledged %d, asked for by SNMP %d" % (acked, len(lines(directory + "/asked"))), end="; ")
    print("came again: %s; missed by the trap sink: %d; hits:" % (again, gaps), end=" ")
    print(", ".join("%s %d" % h for h in sorted(hits.items())))
    problems.clear()


looks = {
    "log": look_at_log,
    "acked": look_at_acked,
    "active": look_at_active,
    "shown": look_at_shown,
    "a": lambda: look_at_manager("a"),
    "b": lambda: look_at_manager("b"),
    "snmpd": look_at_sink,
    "counts": tell_counts,
}
looks[what]()
for text in problems[:20]:
    print(text)
sys.exit(1 if problems else 0)
