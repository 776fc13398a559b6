#!/usr/bin/python3
"""verify.py PORT IMAGES.json [mbpoll|pymodbus]: does this server serve the images?

Reads every mapped block of every unit with a client that the project did not write and compares
every register; then says how the server answers for a unit that does not exist. Exits 1 on any
difference.
"""

import json
import re
import socket
import struct
import subprocess
import sys

from pymodbus.client import ModbusTcpClient

ABSENT_UNIT = 132


def blocks(image):
    """Runs of consecutive addresses, as a client would read them."""
    run = []
    for address in sorted(image):
        if run and address != run[-1] + 1:
            yield run
            run = []
        run.append(address)
    if run:
        yield run


def with_pymodbus(port):
    client = ModbusTcpClient("127.0.0.1", port=port, timeout=3)
    assert client.connect()

    def read(unit, address, count):
        reply = client.read_holding_registers(address, count, slave=unit)
        return str(reply) if reply.isError() else reply.registers
    return read


def with_mbpoll(port):
    def read(unit, address, count):
        run = subprocess.run(
            ["mbpoll", "-m", "tcp", "-p", str(port), "-a", str(unit), "-0", "-r", str(address),
             "-c", str(count), "-t", "4", "-1", "-o", "3", "127.0.0.1"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="latin-1", check=False)
        found = re.findall(r"^\[\d+\]:\s+(-?\d+)", run.stdout, re.M)
        return [int(v) & 0xFFFF for v in found] if run.returncode == 0 else run.stdout
    return read


def manners(port):
    """What a unit that does not exist gets: silence, an exception or an empty reply."""
    with socket.create_connection(("127.0.0.1", port), timeout=2) as s:
        s.settimeout(0.7)
        s.sendall(struct.pack(">HHHBBHH", 1, 0, 6, ABSENT_UNIT, 3, 0, 6))
        try:
            reply = s.recv(260)
        except socket.timeout:
            return "silence"
    if reply[7] & 0x80:
        return "exception %d" % reply[8]
    return "%d registers" % (reply[8] // 2)


def main(port, path, client="pymodbus"):
    read = with_mbpoll(port) if client == "mbpoll" else with_pymodbus(port)
    with open(path, encoding="ascii") as f:
        units = {int(u): {int(a): v for a, v in image.items()}
                 for u, image in json.load(f).items()}
    wrong = same = 0
    for unit, image in sorted(units.items()):
        for run in blocks(image):
            wanted = [image[a] for a in run]
            got = read(unit, run[0], len(run))
            if got == wanted:
                same += len(run)
                continue
            wrong += 1
            print("unit %d registers %d-%d: got %s, expected %s"
                  % (unit, run[0], run[-1], got, wanted))
    print("%d registers read with %s" % (same, client))
    print("absent unit: %s" % manners(port))
    return 0 if same and not wrong else 1


sys.exit(main(int(sys.argv[1]), *sys.argv[2:]))
