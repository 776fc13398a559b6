#!/usr/bin/env node
/* server_modbus_serial.js PORT IMAGES.json: the gateway, served by npm's modbus-serial.
 *
 * Gaps between mapped registers read as 0, as in gateways that keep one flat table; what is behind
 * the last register is refused with exception 2. For an unknown unit the handler throws, which the
 * library turns into exception 4.
 */
'use strict';
const fs = require('fs');
const { ServerTCP } = require('modbus-serial');

const [port, path] = process.argv.slice(2);
const units = JSON.parse(fs.readFileSync(path, 'ascii'));
const last = {};
for (const [unit, image] of Object.entries(units)) {
  last[unit] = Math.max(...Object.keys(image).map(Number));
}

function register(address, unit) {
  if (!(unit in units)) {
    throw new Error('no such unit');
  }
  if (address > last[unit]) {
    throw Object.assign(new Error('no such register'), { modbusErrorCode: 2 });
  }
  return units[unit][address] ?? 0;
}

const server = new ServerTCP(
  { getHoldingRegister: register, getInputRegister: register },
  { host: '127.0.0.1', port: Number(port) });
server.on('initialized', () => console.log('ready'));
server.on('serverError', (e) => { console.error(e); process.exit(1); });
server.on('socketError', (e) => console.error('client:', e.message));
