#!/usr/bin/python3
"""walked.py values|alarms: is what SNMP serves the gateway of source.py?

Reads "OBJECT.INSTANCE VALUE" lines, enumerations as numbers, and prints what is wrong, missing or
too much. What must be there follows from source.py and the text of BTMS-MIB alone. The gateway has
the index 1.
"""

import sys
from decimal import Decimal, ROUND_HALF_UP

sys.dont_write_bytecode = True  # the source tree stays clean
import source  # noqa: E402

# (object, of the source, what the integer counts)
UPS = (("UpsStatusRaw", "status", 1), ("UpsVoltage", "voltage", "0.01"),
       ("UpsCurrent", "current", "0.01"), ("UpsStateOfCharge", "soc", 1))
STRING = (("StringUpsIndex", "ups", 1), ("StringStatusRaw", "status", 1), ("StringStateRaw", "state", 1),
          ("StringAlarmRaw", "alarm", 1), ("StringVoltage", "voltage", "0.01"),
          ("StringCurrent", "current", "0.01"), ("StringStateOfCharge", "soc", 1),
          ("StringBalance", "balance", "0.01"), ("StringAmbientTemperature", "ambient", "0.1"),
          ("StringAmbientHumidity", "humidity", "0.1"))
CELL = (("CellStatusRaw", "status", 1), ("CellVoltage", "voltage", "0.001"),
        ("CellResistance", "resistance", "0.001"), ("CellTemperature", "temperature", "0.1"),
        ("CellStateOfCharge", "soc", 1))
CHARGE_STATE = {0: 2, 1: 3, 2: 4, 3: 5, 5: 6}  # BtmsChargeState
ALARM_BITS = (42, 43, 40, 41, 44, 45, 46)      # BtmsAlarmKind of string_alarm's bits
UPS_ERROR, STRING_ERROR, ABNORMAL, CELL_ERROR = 92, 57, 49, 32
TOLD = ALARM_BITS + (UPS_ERROR, STRING_ERROR, ABNORMAL, CELL_ERROR)
OK, WARNING, ALARM = 3, 4, 5                   # BtmsStatus
MAJOR = (ABNORMAL, 46)                         # of the kinds above, by collectd-btms(5)


def steps(value, step):
    n = Decimal(str(value)) / Decimal(str(step))
    assert n == int(n), (value, step)
    return int(n)


def alarms():
    """{(kind, UPS, string, cell)}: what this gateway says of itself. What the plugin concludes beyond
    that is for other tests."""
    found = {(UPS_ERROR, ui, 0, 0) for ui, u in source.UPS.items() if u["status"] == 2}
    for si, s in source.STRINGS.items():
        kinds = [k for bit, k in enumerate(ALARM_BITS) if s["alarm"] >> bit & 1]
        kinds += [STRING_ERROR] * (s["status"] == 2) + [ABNORMAL] * (s["state"] == 5)
        found |= {(k, s["ups"], si, 0) for k in kinds}
        found |= {(CELL_ERROR, s["ups"], si, ci) for ci, c in enumerate(source.CELLS[si], 1)
                  if c["status"] == 2}
    return found


def string_status(si):
    kinds = [k for k, _, string, cell in alarms() if (string, cell) == (si, 0)]
    if source.STRINGS[si]["status"] == 2 or any(k in MAJOR for k in kinds):
        return ALARM
    return WARNING if kinds else OK


def over_cells(si):
    def of(quantity, step):
        return [steps(c[quantity], step) for c in source.CELLS[si]]

    def mean(values):
        exact = Decimal(sum(values)) / len(values)
        return int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    volts, degrees = of("voltage", "0.001"), of("temperature", "0.1")
    return {"MinCellVoltage": min(volts), "MaxCellVoltage": max(volts), "MeanCellVoltage": mean(volts),
            "MaxCellTemperature": max(degrees), "MeanCellTemperature": mean(degrees),
            "MaxCellResistance": max(of("resistance", "0.001"))}


def beyond(c):
    """By the ranges of BTMS-MIB, where the type of the cell is not configured."""
    return (not 1.6 <= c["voltage"] <= 15.6 or not 0.1 <= c["resistance"] <= 50
            or not -20 <= c["temperature"] <= 85)


def values():
    """{OBJECT.INSTANCE: integer}"""
    out = {"GatewayNumber.0": 1, "UpsNumber.0": len(source.UPS), "StringNumber.0": len(source.STRINGS),
           "CellNumber.0": source.TOTAL}
    for ui, u in source.UPS.items():
        out.update(("%s.1.%d" % (o, ui), steps(u[q], step)) for o, q, step in UPS)
    for si, s in source.STRINGS.items():
        at = "1.%d" % si
        out.update(("%s.%s" % (o, at), steps(s[q], step)) for o, q, step in STRING)
        out.update(("String%s.%s" % (o, at), v) for o, v in over_cells(si).items())
        out["StringCellCountRaw." + at] = len(source.CELLS[si])
        out["StringRelay." + at] = s["relay"] + 2
        out["StringAuxInput." + at] = s["aux"] + 2
        out["StringChargeState." + at] = CHARGE_STATE[s["state"]]
        out["StringStatus." + at] = string_status(si)
        for ci, c in enumerate(source.CELLS[si], 1):
            here = "%s.%d" % (at, ci)
            out.update(("%s.%s" % (o, here), steps(c[q], step)) for o, q, step in CELL)
            out["CellStatus." + here] = ALARM if c["status"] == 2 else OK
            out["CellBeyondRange." + here] = 1 if beyond(c) else 2
    return {"btms" + name: v for name, v in out.items()}


def read():
    got = {}
    for line in sys.stdin:
        name, _, value = line.strip().partition(" ")
        if name in got:
            print("%s is there twice" % name)
        got[name] = value
    return got


def main(what):
    got = read()
    if what == "alarms":
        rows = {}
        for name, value in got.items():
            column, _, instance = name.partition(".")
            rows.setdefault(instance, {})[column] = int(value)
        seen = sorted(tuple(r["btmsAlarm" + c] for c in ("KindCode", "Ups", "String", "Cell"))
                      for r in rows.values() if r["btmsAlarmKindCode"] in TOLD)
        wrong = ["missing or too much, or twice: kind %d of UPS %d string %d cell %d" % a
                 for a in sorted(set(seen) ^ alarms()) or seen[len(alarms()):]]
    else:
        wanted = values()
        wrong = ["%s: got %s, expected %s" % (n, got.get(n, "nothing"), wanted.get(n, "nothing"))
                 for n in sorted(set(got) | set(wanted)) if got.get(n) != str(wanted.get(n))]
    print("\n".join(wrong))
    return 1 if wrong else 0


sys.exit(main(sys.argv[1]))
