"""What the tests of the simulator share: its control socket, raw Modbus TCP, and counting checks.

Checks are printed as "ok TEXT" and "bad TEXT" lines, which the calling script counts.
"""
import os
import socket
import struct
import time

BOUND = 15 * int(os.environ.get("SLOW", "1"))  # seconds until "never" is believed


def check(text, good, detail=""):
    print(("ok " if good else "bad ") + text + ("" if good else f": {detail}"), flush=True)


def same(text, got, wanted):
    check(text, got == wanted, f"got {got!r}, expected {wanted!r}")


def until(condition):
    """Asks again and again, for BOUND seconds, until it is true."""
    end = time.monotonic() + BOUND
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return False


class Refused(Exception):
    """A command was answered with ERROR."""


class Sim:
    """The control socket of a running simulator."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(BOUND)
        self.socket.connect(path)
        self.stream = self.socket.makefile("r")

    def __call__(self, command):
        self.socket.sendall(command.encode() + b"\n")
        lines = []
        for line in self.stream:
            line = line.rstrip("\n")
            if line == "OK":
                return lines
            if line.startswith("ERROR "):
                raise Refused(line)
            lines.append(line)
        raise EOFError("the simulator went away")

    def refusal(self, command):
        try:
            self(command)
        except Refused as e:
            return str(e)
        return ""

    def address(self, gateway):
        host, port = self(f"address {gateway}")[0].rsplit(":", 1)
        return host.strip("[]"), int(port)

    def stats(self, gateway):
        return {k: int(v) for k, v in (line.split() for line in self(f"stats {gateway}"))}

    def dump(self, gateway):
        """{"string 3 cell 17": {"cell_voltage": (13512, "13.512"), ...}, ...}"""
        objects = {}
        for line in self(f"dump {gateway}"):
            name, value, raw, text = line.rsplit(" ", 3)
            objects.setdefault(name, {})[value] = (int(raw), text)
        return objects


class Line:
    """One connection, as bytes."""

    def __init__(self, address):
        self.socket = socket.create_connection(address, BOUND)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.tid = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def ask(self, *requests):
        """Sends (unit, address, count) requests in one segment; returns their transaction ids."""
        tids, frames = [], b""
        for unit, address, count in requests:
            self.tid += 1
            tids.append(self.tid)
            frames += struct.pack(">HHHBBHH", self.tid, 0, 6, unit, 3, address, count)
        self.socket.sendall(frames)
        return tids

    def bytes(self, count):
        """Exactly COUNT bytes, fewer if the peer closes."""
        data = b""
        while len(data) < count:
            more = self.socket.recv(count - len(data))
            if not more:
                break
            data += more
        return data

    def frame(self):
        """One frame by its length field: (transaction id, unit, pdu)."""
        tid, _, length, unit = struct.unpack(">HHHB", self.bytes(7))
        return tid, unit, self.bytes(length - 1)

    def read(self, unit, address, count):
        """Registers, or the exception code as an int, or "empty"."""
        self.ask((unit, address, count))
        return self.words()

    def words(self):
        _, _, pdu = self.frame()
        if pdu[0] & 0x80:
            return pdu[1]
        if pdu[1] == 0:
            return "empty"
        return list(struct.unpack(f">{pdu[1] // 2}H", pdu[2:]))

    def quiet(self):
        """Nothing has arrived and the connection is open."""
        self.socket.setblocking(False)
        try:
            return self.socket.recv(1, socket.MSG_PEEK) is None
        except BlockingIOError:
            return True
        except OSError:
            return False
        finally:
            self.socket.settimeout(BOUND)

    def end(self):
        """How the connection ends: "closed", "reset", or "data"."""
        try:
            return "data" if self.socket.recv(4096) else "closed"
        except ConnectionResetError:
            return "reset"


def can_connect(address):
    """ "yes", "refused", or "closed" when the connection is taken and dropped at once."""
    try:
        with Line(address) as line:
            line.ask((101, 0, 1))
            return "yes" if line.socket.recv(1) else "closed"
    except ConnectionRefusedError:
        return "refused"
    except (ConnectionResetError, BrokenPipeError):
        return "closed"
