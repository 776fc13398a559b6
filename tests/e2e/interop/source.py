#!/usr/bin/python3
"""One gateway, described in engineering units, and what follows from it.

The registers that a gateway with these values serves (for the servers of this directory) and the
identifiers and values that collectd must then hold (for compare.py) are both derived here, from the
vendor's tables and without a line of the plugin.

    source.py images     registers as JSON: {"unit id": {"address": value, ...}, ...}
    source.py expected   identifiers and values, one a line
"""

import json
import sys
from decimal import Decimal

HOST = "gw"

# --- the gateway ---------------------------------------------------------------------------------
# Every limit the vendor gives is reached by something, with both signs where there are two.

UPS = {
    1: dict(status=1, voltage=800.00, current=-1000.00, soc=0),
    2: dict(status=2, voltage=20.00, current=1000.00, soc=100),
}

ALL_ALARMS = 0x7F  # seven bits are described

STRINGS = {
    1: dict(ups=1, status=1, voltage=54.48, current=-1000.00, soc=100, balance=100.00, state=0,
            alarm=0, ambient=23.4, humidity=45.6, relay=0, aux=1),
    2: dict(ups=2, status=2, voltage=800.00, current=1000.00, soc=0, balance=0.00, state=5,
            alarm=ALL_ALARMS, ambient=-40.0, humidity=0.0, relay=1, aux=0),
    3: dict(ups=1, status=1, voltage=655.36, current=-0.01, soc=57, balance=99.99, state=2,
            alarm=0x0A, ambient=80.0, humidity=100.0, relay=1, aux=1),
    4: dict(ups=2, status=1, voltage=20.00, current=0.01, soc=1, balance=0.01, state=1,
            alarm=0x01, ambient=-0.1, humidity=0.1, relay=0, aux=0),
    5: dict(ups=2, status=2, voltage=655.35, current=0.00, soc=99, balance=50.00, state=3,
            alarm=0x40, ambient=0.0, humidity=50.0, relay=0, aux=1),
}


def cell(voltage, resistance, temperature, soc, status=1):
    """Volts, milliohms, degrees Celsius, percent."""
    return dict(status=status, voltage=voltage, resistance=resistance, temperature=temperature,
                soc=soc)


def ordinary(nominal, ci):
    """A healthy cell, different from its neighbours in every quantity."""
    return cell(round(nominal * (1 + (ci * 7 % 40) / 1000), 3), round(0.4 + ci * 0.013, 3),
                round(18 + (ci * 11 % 90) / 10, 1), 40 + ci * 13 % 60)


CELLS = {
    1: [ordinary(2.2, ci) for ci in range(1, 25)],
    2: [ordinary(13.2, ci) for ci in range(1, 7)],
    3: [ordinary(2.23, ci) for ci in range(1, 121)],
    4: [ordinary(2.1, 1)],
    5: [ordinary(12.9, ci) for ci in range(1, 4)],
}
CELLS[1][0] = cell(1.600, 50.000, -20.0, 0)
CELLS[1][23] = cell(2.600, 0.100, 85.0, 100)
CELLS[2][1] = cell(7.500, 0.100, -0.1, 1, status=2)
CELLS[2][5] = cell(15.600, 50.000, 0.0, 99)
CELLS[3][119] = cell(2.600, 0.101, 84.9, 100, status=2)
# Beyond what a sensor is made for, so flagged but shown; and the high word of a resistance is used.
CELLS[3][6] = cell(2.231, 70.000, 21.5, 77)
BEYOND_RANGE = {3: 1}

# --- its registers -------------------------------------------------------------------------------
# (quantity, address, registers, units per step), as the vendor's page lists them. Zero-based
# addresses, big-endian, the high word first.

UPS_MAP = (("status", 0, 1, 1), ("voltage", 1, 2, "0.01"), ("current", 3, 2, "0.01"),
           ("soc", 5, 1, 1))
STRING_MAP = (("ups", 0, 1, 1), ("status", 1, 1, 1), ("voltage", 2, 2, "0.01"),
              ("current", 4, 2, "0.01"), ("soc", 6, 1, 1), ("balance", 7, 1, "0.01"),
              ("state", 8, 1, 1), ("alarm", 9, 1, 1), ("cells", 10, 1, 1),
              ("ambient", 11, 1, "0.1"), ("humidity", 12, 1, "0.1"), ("relay", 13, 1, 1),
              ("aux", 14, 1, 1))
CELL_MAP = (("status", 0, 1, 1), ("voltage", 1, 1, "0.001"), ("resistance", 2, 2, "0.001"),
            ("temperature", 4, 1, "0.1"), ("soc", 5, 1, 1))


def put(image, base, table, thing):
    for name, address, count, step in table:
        steps = Decimal(str(thing[name])) / Decimal(step)
        assert steps == int(steps), (name, thing[name])
        raw = int(steps) & (0xFFFFFFFF if count == 2 else 0xFFFF)
        if count == 2:
            image[base + address] = raw >> 16
            image[base + address + 1] = raw & 0xFFFF
        else:
            image[base + address] = raw


def images():
    """{unit id: {address: register}}"""
    units = {}
    for ui, ups in UPS.items():
        put(units.setdefault(ui, {}), 0, UPS_MAP, ups)
    for si, string in STRINGS.items():
        image = units.setdefault(100 + si, {})
        put(image, 0, STRING_MAP, dict(string, cells=len(CELLS[si])))
        for ci, c in enumerate(CELLS[si], 1):
            put(image, 100 * ci, CELL_MAP, c)
    return units


# --- what collectd must hold ---------------------------------------------------------------------
# The names, in this one place: what follows "gw/btms-", %d the number of the UPS, string or cell.

UPS_NAMES = {"status": "ups%02d/gauge-status", "voltage": "ups%02d/voltage-ups",
             "current": "ups%02d/current-ups", "soc": "ups%02d/percent-soc"}
STRING_NAMES = {"ups": "string%02d/gauge-ups", "status": "string%02d/gauge-status",
                "voltage": "string%02d/voltage-string", "current": "string%02d/current-string",
                "soc": "string%02d/percent-soc", "balance": "string%02d/percent-balance",
                "state": "string%02d/gauge-state", "alarm": "string%02d/gauge-alarm",
                "cells": "string%02d/count-cells", "ambient": "string%02d/temperature-ambient",
                "humidity": "string%02d/humidity-ambient", "relay": "string%02d/gauge-relay",
                "aux": "string%02d/gauge-aux_input"}
CELL_NAMES = {"status": "string%02d/gauge-status-cell%03d",
              "voltage": "string%02d/voltage-cell%03d",
              "resistance": "string%02d/resistance-cell%03d",
              "temperature": "string%02d/temperature-cell%03d",
              "soc": "string%02d/percent-soc-cell%03d"}
# Derived from the cells: the quantity, its names, and how coarse a mean may be.
SUMMARIES = {"voltage": ("string%02d/voltage-cell_", 0.0005),
             "temperature": ("string%02d/temperature-cell_", 0.05),
             "resistance": ("string%02d/resistance-cell_", 0.0000005)}
COUNTS = "string%02d/count-cells_"
AGES = ("ups%02d/duration-data_age", "string%02d/duration-data_age")
WORK = ("ups%02d/gauge-maintenance", "string%02d/gauge-maintenance")

# The plugin's own health: only that it is there, and between these. A counter has no rate at first.
TOTAL = sum(len(c) for c in CELLS.values())
HEALTH = {
    "gateway/bool-reachable": (1, 1),
    "gateway/duration-poll": (0, 60),
    "gateway/duration-interval": (0, 60),
    "gateway/duration-cell_interval": (0, 120),
    "gateway/duration-data_age": (0, 60),
    "gateway/total_requests-modbus": (0, 100000),
    "gateway/errors-timeout": (0, 1000),
    "gateway/errors-exception": (0, 1000),
    "gateway/errors-mismatch": (0, 1000),  # jsmodbus: an empty reply for an absent unit
    "gateway/total_events-reconnect": (0, 10),
    "gateway/gauge-window": (1, 64),
    "gateway/gauge-connections": (1, 1),
    "gateway/gauge-maintenance": (0, 0),
    "gateway/gauge-commissioning": (0, 0),
    "gateway/gauge-span_cells": (0, 125),
    "gateway/gauge-status": (0, 10),
    "gateway/gauge-string_registers": (0, 125),
    "gateway/count-ups": (len(UPS), len(UPS)),
    "gateway/count-strings": (len(STRINGS), len(STRINGS)),
    "gateway/count-cells": (TOTAL, TOTAL),
}


def full(name):
    return "%s/btms-%s" % (HOST, name)


def si_units(quantity, value):
    return value / 1000 if quantity == "resistance" else value  # milliohms to ohms


def values():
    """{identifier: value} of what the device says itself: never wrong, not even for a moment."""
    out = {}
    for ui, ups in UPS.items():
        out.update((full(UPS_NAMES[q] % ui), ups[q]) for q in UPS_NAMES)
    for si, string in STRINGS.items():
        string = dict(string, cells=len(CELLS[si]))
        out.update((full(STRING_NAMES[q] % si), string[q]) for q in STRING_NAMES)
        for ci, c in enumerate(CELLS[si], 1):
            out.update((full(CELL_NAMES[q] % (si, ci)), si_units(q, c[q])) for q in CELL_NAMES)
    return out


def summaries():
    """{identifier: (value, tolerance)} of what the plugin derives from a whole string."""
    out = {}
    for si, cells in CELLS.items():
        for q, (name, coarse) in SUMMARIES.items():
            v = [si_units(q, c[q]) for c in cells]
            for what, value, tolerance in (("min", min(v), 0), ("max", max(v), 0),
                                           ("mean", sum(v) / len(v), coarse)):
                out[full(name % si + what)] = (value, tolerance)
        status = [c["status"] for c in cells]
        for what, value in (("ok", status.count(1)), ("error", status.count(2)),
                            ("absent", status.count(0)),
                            ("beyond_range", BEYOND_RANGE.get(si, 0))):
            out[full(COUNTS % si + what)] = (value, 0)
    return out


def bounded():
    """{identifier: (low, high)} of what is only asked to be plausible."""
    out = {full(name): limits for name, limits in HEALTH.items()}
    out.update((full(AGES[0] % ui), (0, 60)) for ui in UPS)
    out.update((full(AGES[1] % si), (0, 60)) for si in STRINGS)
    out.update((full(WORK[0] % ui), (0, 0)) for ui in UPS)
    out.update((full(WORK[1] % si), (0, 0)) for si in STRINGS)
    return out


if __name__ == "__main__":
    if sys.argv[1:] == ["images"]:
        json.dump(images(), sys.stdout)
    elif sys.argv[1:] == ["expected"]:
        for key, val in sorted(values().items()):
            print("%s %.9g" % (key, val))
        for key, (val, tol) in sorted(summaries().items()):
            print("%s %.9g +-%g" % (key, val, tol))
        for key, (low, high) in sorted(bounded().items()):
            print("%s %g..%g" % (key, low, high))
    else:
        sys.exit(__doc__)
