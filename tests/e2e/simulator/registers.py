#!/usr/bin/python3
"""Every register of the published map, read with pymodbus and compared with what `dump` says."""
import struct
import sys

from peer import Line, Sim, check, same, until

from pymodbus.client import ModbusTcpClient

# name: (address, registers, signed, decimals), once more from the vendor's page
UPS = {
    "ups_status": (0, 1, False, 0),
    "ups_voltage": (1, 2, False, 2),
    "ups_current": (3, 2, True, 2),
    "ups_soc": (5, 1, False, 0),
}
STRING = {
    "string_ups_id": (0, 1, False, 0),
    "string_status": (1, 1, False, 0),
    "string_voltage": (2, 2, False, 2),
    "string_current": (4, 2, True, 2),
    "string_soc": (6, 1, False, 0),
    "string_balance": (7, 1, False, 2),
    "string_state": (8, 1, False, 0),
    "string_alarm": (9, 1, False, 0),
    "string_cell_count": (10, 1, False, 0),
    "string_ambient_temperature": (11, 1, True, 1),
    "string_ambient_humidity": (12, 1, False, 1),
    "string_relay_status": (13, 1, False, 0),
    "string_aux_input_status": (14, 1, False, 0),
}
CELL = {
    "cell_status": (0, 1, False, 0),
    "cell_voltage": (1, 1, False, 3),
    "cell_resistance": (2, 2, False, 3),
    "cell_temperature": (4, 1, True, 1),
    "cell_soc": (5, 1, False, 0),
    "cell_soh": (6, 1, False, 0),
    "cell_alarm": (7, 1, False, 0),
}


def place(name):
    """Unit id, first register and table of an object of the dump."""
    words = name.split()
    if words[0] == "ups":
        return int(words[1]), 0, UPS
    if len(words) == 2:
        return 100 + int(words[1]), 0, STRING
    return 100 + int(words[1]), 100 * int(words[3]), CELL


def decode(words, signed, big):
    if len(words) == 2:
        high, low = words if big else reversed(words)
        return struct.unpack(">i" if signed else ">I", struct.pack(">HH", high, low))[0]
    return struct.unpack(">h" if signed else ">H", struct.pack(">H", words[0]))[0]


def decimal(raw, decimals):
    digits = str(abs(raw)).rjust(decimals + 1, "0")
    whole = digits[: len(digits) - decimals]
    return ("-" if raw < 0 else "") + whole + ("." + digits[-decimals:] if decimals else "")


def differences(sim, gateway, function, big):
    """Reads all of a gateway; returns what is not as in its dump and how many values there were."""
    host, port = sim.address(gateway)
    client = ModbusTcpClient(host, port=port, timeout=15)
    client.connect()
    read = client.read_holding_registers if function == 3 else client.read_input_registers
    wrong, count = [], 0
    for name, values in sim.dump(gateway).items():
        unit, base, table = place(name)
        length = max(table[v][0] + table[v][1] for v in values)
        answer = read(base, length, slave=unit)
        if answer.isError():
            wrong.append(f"{name}: {answer}")
            continue
        for value, said in values.items():
            address, size, signed, decimals = table[value]
            raw = decode(answer.registers[address : address + size], signed, big)
            count += 1
            if said != (raw, decimal(raw, decimals)):
                wrong.append(f"{name} {value}: read {raw}, dump says {said}")
    client.close()
    return wrong, count


def whole_gateways(sim):
    sim("freeze on")
    cases = [
        ("plain", "", 3, True, 2 * 4 + 3 * 13 + 3 * 5 * 5),
        ("input registers", "function=4", 4, True, 2 * 4 + 3 * 13 + 3 * 5 * 5),
        ("low word first", "wordorder=little", 3, False, 2 * 4 + 3 * 13 + 3 * 5 * 5),
        ("version 1", "version=1", 3, True, 2 * 4 + 3 * 11 + 3 * 5 * 5),
        ("with soh and alarm", "soh=on alarm=on", 3, True, 2 * 4 + 3 * 13 + 3 * 5 * 7),
        ("with noise", "noise=on", 3, True, 2 * 4 + 3 * 13 + 3 * 5 * 5),
    ]
    for text, options, function, big, wanted in cases:
        sim(f"gateway case 127.0.0.1:0 ups=2 strings=3 cells=5 {options}")
        sim("set case string 2 current -123.45")
        sim("set case string 2 ambient_temperature -20.5")
        sim("set case string 2 cell 4 temperature -0.1")
        wrong, count = differences(sim, "case", function, big)
        same(f"{text}: every value is as in the dump", wrong, [])
        same(f"{text}: number of values", count, wanted)
        sim("remove case")
    sim("gateway six [::1]:0")
    same("over IPv6: every value is as in the dump", differences(sim, "six", 3, True)[0], [])
    sim("remove six")
    sim("freeze off")


def fixed_words(sim, line):
    """The encodings that a wrong table would get wrong, as literal registers."""
    cases = [
        ("set a ups 1 voltage 540.25", 1, 1, [0, 54025]),
        ("set a ups 1 current -1000", 1, 3, [0xFFFE, 0x7960]),
        ("set a string 2 voltage 42949672.95", 102, 2, [65535, 65535]),
        ("set a string 2 balance 98.76", 102, 7, [9876]),
        ("set-raw a string 2 state 0xffff", 102, 8, [65535]),
        ("set a string 2 cell_count 65535", 102, 10, [65535]),
        ("set a string 2 string_ambient_temperature -20.0", 102, 11, [0xFF38]),
        ("set a string 2 relay_status 0", 102, 13, [0]),
        ("set a string 2 aux_input_status 1", 102, 14, [1]),
        ("set a string 2 cell 3 voltage 13.512", 102, 301, [13512]),
        ("set a string 2 cell 3 resistance 70.001", 102, 302, [1, 4465]),
        ("set a string 2 cell 3 temperature -0.1", 102, 304, [65535]),
        ("set-raw a string 2 cell 3 cell_soc 101", 102, 305, [101]),
    ]
    for command, unit, address, wanted in cases:
        sim(command)
        same(command, line.read(unit, address, len(wanted)), wanted)
    sim("release a string 2 cell 3 voltage")
    check("a released value is the model's again", line.read(102, 301, 1) != [13512])
    same("the others stay", line.read(102, 304, 1), [65535])
    sim("release a")
    same("after release of everything", line.read(102, 10, 1), [40])


def gaps_and_absence(sim, line):
    sim("options a gaps=refuse")
    same("gaps=refuse", line.read(101, 104, 4), 2)
    sim("options a gaps=zero")
    same("gaps=zero", line.read(101, 105, 3), [100, 0, 0])
    same("gaps=zero, cells beyond the last", line.read(101, 4100, 2), [0, 0])
    sim("options a gaps=pack")
    one, two = line.read(101, 104, 2), line.read(101, 200, 2)
    same("gaps=pack", line.read(101, 104, 98), one + two + [0] * 94)
    sim("options a gaps=short")
    same("gaps=short", line.read(101, 104, 4), "empty")
    same("gaps=short does not touch other reads", line.read(101, 105, 1), [100])
    same("beyond the last register", line.read(101, 65535, 2), 2)
    same("absent=exception", [line.read(u, 0, 1) for u in (0, 2, 33, 100, 105, 255)], [11] * 6)
    sim("options a absent=zero")
    same("absent=zero", line.read(105, 7, 3), [0, 0, 0])
    sim("options a absent=silent")
    before = sim.stats("a")["dropped"]
    line.ask((105, 0, 1))
    check("absent=silent", until(lambda: sim.stats("a")["dropped"] == before + 1) and line.quiet())
    sim("options a absent=exception gaps=refuse")
    same("no quantity", line.read(101, 0, 0), 3)
    same("too large a quantity", line.read(101, 0, 126), 3)


def vanishing(sim, line):
    sim("absent a string 3")
    same("a string that is absent", line.read(103, 0, 1), 11)
    check("is not in the dump", "string 3" not in sim.dump("a"))
    sim("present a string 3")
    same("and back", line.read(103, 0, 2), [1, 1])
    sim("absent a string 3 cell 5 on")
    same("an absent cell", line.read(103, 500, 6), [0] * 6)
    sim("absent a string 3 cell 5 off")
    same("and back", line.read(103, 500, 1), [1])
    sim("absent a ups 1")
    same("an absent UPS", line.read(1, 0, 1), 11)
    sim("present a ups 1")


def computed(sim):
    """What the gateway computes from its strings."""
    sim("gateway b 127.0.0.1:0 ups=2 strings=4 cells=2")
    for string, volts, amperes, soc in ((1, 500, 10, 90), (2, 520, -30, 70), (3, 400, 1, 50)):
        sim(f"set b string {string} voltage {volts}")
        sim(f"set b string {string} current {amperes}")
        sim(f"set b string {string} soc {soc}")
    values = {k: v[1] for k, v in sim.dump("b")["ups 1"].items()}
    wanted = {"ups_status": "1", "ups_voltage": "510.00", "ups_current": "-20.00", "ups_soc": "80"}
    same("UPS: average, sum, average", values, wanted)
    sim("set b string 3 cell 2 status 2")
    status = lambda name: sim(f"get b {name} status")[0].split()[-1]
    same("an error goes up", [status("string 3"), status("ups 2"), status("ups 1")], list("221"))
    sim("absent b string 3")
    same("but not from an absent string", status("ups 2"), "1")
    sim("set b string 1-2 ups_id 2")
    same("a UPS that lost its strings is disabled", status("ups 1"), "0")
    sim("remove b")


def functions(sim, address):
    def pdu(body):
        with Line(address) as line:
            line.socket.sendall(struct.pack(">HHHB", 9, 0, len(body) + 1, 101) + body)
            return line.frame()[2]

    sim("reset-stats a")
    same("write single register", pdu(b"\x06\0\0\0\1"), b"\x86\1")
    same("write multiple registers", pdu(b"\x10\0\0\0\1\2\0\0"), b"\x90\1")
    same("read coils", pdu(b"\x01\0\0\0\1"), b"\x81\1")
    same("a request cut off", pdu(b"\x03\0\0"), b"\x83\3")
    sim("options a function=4")
    same("holding registers where there are none", pdu(b"\x03\0\0\0\1"), b"\x83\1")
    same("input registers", pdu(b"\x04\0\0\0\1"), b"\x04\2\0\1")
    sim("options a function=both")
    stats = sim.stats("a")
    wanted = {"requests": 6, "fc03": 2, "fc04": 1, "fc_other": 3, "writes": 2, "exceptions": 5}
    same("counted", {k: stats[k] for k in wanted}, wanted)
    with Line(address) as line:
        line.socket.sendall(b"GET / HTTP/1.0\r\n\r\n")
        check("what is not Modbus is hung up on", line.end() in ("closed", "reset"))


def cells(sim, line):
    before = sim.stats("a")
    for gaps in ("zero", "refuse"):
        sim(f"options a gaps={gaps}")
        for address, count in ((100, 5), (101, 4), (100, 105), (150, 105), (0, 15)):
            line.read(101, address, count)
    after = sim.stats("a")
    same("cells", {k: after[k] - before[k] for k in ("cells", "cell_replies")}, {"cells": 5, "cell_replies": 4})


def counters(sim, address):
    sim("reset-stats a")
    with Line(address) as one, Line(address) as two:
        for line in (one, two):
            line.read(101, 0, 15)
        one.ask(*[(102, 0, 2)] * 5)
        for _ in range(5):
            one.frame()
        stats = sim.stats("a")
        wanted = {"connections_max": 2, "connections_open": 2, "requests": 7, "replies": 7,
                  "pipeline_max": 5, "outstanding": 0, "bytes_in": 84, "bytes_out": 143}
        same("stats", {k: stats[k] for k in wanted}, wanted)
        same("stats of a unit", sim("stats a unit=102"), ["requests 5"])
        cells(sim, one)
    check("closed connections", until(lambda: sim.stats("a")["connections_open"] == 0))


def batteries(sim):
    def value(name):
        return float(sim(f"get c {name}")[0].split()[-1])

    sim("gateway c 127.0.0.1:0 strings=2 cells=10")
    check("float", 133 < value("string 1 voltage") < 137 and value("string 1 state") == 0)
    sim("mode c all equalize")
    check("equalize", 142 < value("string 1 voltage") < 146 and value("string 1 state") == 1)
    sim("weak c string 1 cell 4 factor=0.6 resistance=2.0")
    sim("mode c ups 1 discharge current=25")
    same("discharge", (value("string 1 current"), value("string 1 state")), (-25, 2))
    volts = [value("string 1 voltage")]
    for _ in range(4):
        sim("advance 3450")
        volts.append(value("string 1 voltage"))
    check("it falls", volts[1:] == sorted(volts[1:], reverse=True), volts)
    check("it falls faster at the end", volts[3] - volts[4] > 2 * (volts[1] - volts[2]), volts)
    check("a weak cell falls first", value("string 1 cell 4 voltage") + 1 < value("string 1 cell 5 voltage"))
    check("and has more resistance",
          value("string 1 cell 4 resistance") > 1.7 * value("string 1 cell 5 resistance"))
    check("current warms", value("string 1 cell 5 temperature") > value("string 1 ambient_temperature") + 1)
    sim("advance 90000")
    same("an empty string drops its load", (value("string 1 current"), value("string 1 state")), (0, 3))
    sim("mode c all recharge current=10")
    check("recharge", 10 <= value("string 1 current") < 10.2, value("string 1 current"))
    sim("advance 36000")
    check("it tapers", 0 < value("string 1 current") < 9, value("string 1 current"))
    sim("advance 90000")
    check("and ends full", value("string 1 soc") == 100 and value("string 1 current") < 1)
    sim("ambient c string 2 30.5 61.5")
    same("ambient", [value("string 2 ambient_temperature"), value("string 2 ambient_humidity")],
         [30.5, 61.5])
    sim("freeze on")
    before = sim.dump("c")
    sim("speed 1000")
    same("frozen", sim.dump("c"), before)
    sim("freeze off")
    sim("mode c all discharge")
    check("a thousand times as fast", until(lambda: value("string 2 soc") < 95))
    sim("speed 1")
    sim("remove c")


def refusals(sim):
    cases = [
        ("bogus", ["bogus", "gateway", "dump"]),
        ("set a string 1 volts 3", ['"volts"', "voltage", "alarm"]),
        ("set a string 5 voltage 3", ['"5"', "1..4"]),
        ("set a string 1 voltage much", ['"much"', "not a number"]),
        ("set a string 1 voltage 1.234", ["decimals"]),
        ("set a string 1 cell 1 temperature 4000", ["does not fit"]),
        ("set a cell 1 voltage 3", ['"cell"', "string N"]),
        ("set a string 1 voltage", ["usage", "set GW"]),
        ("set nobody string 1 voltage 3", ["no such gateway", "a"]),
        ("gateway a 127.0.0.1:0", ["exists"]),
        ("gateway a/b 127.0.0.1:0", ['"a/b"']),
        ("gateway d 127.0.0.1", ["127.0.0.1:1502"]),
        ("gateway d 127.0.0.1:0 cell=3", ['"cell=3"', "cells="]),
        ("gateway d 127.0.0.1:0 celltype=4", ["2, 6 and 12"]),
        ("gateway d 127.0.0.1:0 cells=121", ["0 to 120"]),
        ("options a gaps=odd", ["refuse|zero|pack|short"]),
        ("options a strings=4", ["fixed"]),
        ("mode a all sideways", ['"sideways"', "discharge"]),
        ("fault a unlucky", ['"unlucky"', "wrong-tid"]),
        ("fault a delay code=3", ['"code=3"', "ms=NUMBER"]),
        ("fault a refuse count=3", ["count=3", "nothing"]),
        ("stats a unit=256", ["unit=0..255"]),
        ("freeze maybe", ["on or off"]),
        (" ".join(["set"] * 40), ["too many words"]),
    ]
    for command, wanted in cases:
        said = sim.refusal(command)
        check(f"refused: {command[:50]}", said and all(w in said for w in wanted), said)
    same("nothing came of it", len(sim("list")), 2)


def main():
    sim = Sim(sys.argv[1])
    address = sim.address("a")
    whole_gateways(sim)
    with Line(address) as line:
        fixed_words(sim, line)
        gaps_and_absence(sim, line)
        vanishing(sim, line)
    computed(sim)
    functions(sim, address)
    counters(sim, address)
    batteries(sim)
    refusals(sim)


main()
