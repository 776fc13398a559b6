#!/usr/bin/python3
"""server_pymodbus.py PORT IMAGES.json: the gateway, served by pymodbus.

Only registers of the map exist, so a read across a gap is refused (exception 2). An unknown unit
gets no answer at all, and pymodbus then drops whatever else it had received with that request.
"""

import asyncio
import json
import sys

from pymodbus.datastore import ModbusServerContext, ModbusSlaveContext, ModbusSparseDataBlock
from pymodbus.server.async_io import ModbusTcpServer
from pymodbus.transaction import ModbusSocketFramer


def unit(image):
    def block():
        return ModbusSparseDataBlock({int(a): v for a, v in image.items()})
    return ModbusSlaveContext(hr=block(), ir=block(), di=block(), co=block(), zero_mode=True)


async def main(port, path):
    with open(path, encoding="ascii") as f:
        units = {int(u): unit(image) for u, image in json.load(f).items()}
    server = ModbusTcpServer(ModbusServerContext(slaves=units, single=False), ModbusSocketFramer,
                             address=("127.0.0.1", port), allow_reuse_address=True)
    task = asyncio.create_task(server.serve_forever())
    await server.serving
    print("ready", flush=True)
    await task


asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
