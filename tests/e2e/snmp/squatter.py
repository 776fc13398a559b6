"""Registers a subtree in a context with an AgentX master, and keeps it: squatter.py SOCKET OID CONTEXT"""
import socket
import struct
import sys

OPEN, REGISTER = 1, 3
NETWORK_ORDER, WITH_CONTEXT = 0x10, 0x08

master = socket.socket(socket.AF_UNIX)
master.connect(sys.argv[1])


def ask(kind, flags, session, payload):
    """Session and error of the answer."""
    master.sendall(struct.pack(">BBBBIIII", 1, kind, flags | NETWORK_ORDER, 0, session, 0, kind,
                               len(payload)) + payload)
    answer = master.recv(4096)
    return struct.unpack(">I", answer[4:8])[0], struct.unpack(">H", answer[24:26])[0]


number, error = ask(OPEN, 0, 0, bytes(12))
subtree = [int(n) for n in sys.argv[2].split(".")]
context = sys.argv[3].encode()
_, error = ask(REGISTER, WITH_CONTEXT, number,
               struct.pack(">I", len(context)) + context + bytes(-len(context) % 4) +
               bytes([0, 127, 0, 0, len(subtree), 0, 0, 0]) +
               struct.pack(">%dI" % len(subtree), *subtree))
print("registered" if error == 0 else "error %d" % error, flush=True)
while master.recv(4096):
    pass
