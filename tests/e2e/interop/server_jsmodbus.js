#!/usr/bin/env node
/* server_jsmodbus.js PORT IMAGES.json: the gateway, served by npm's jsmodbus.
 *
 * The library keeps one table for all units, but says which unit is asked just before it looks into
 * the table: that is when we exchange it. Its manners: the newest of several waiting requests is
 * answered first, gaps read as 0, and what does not exist (also an unknown unit) is a reply with
 * fewer registers than asked for, or none.
 */
'use strict';
const fs = require('fs');
const net = require('net');
const { server: { TCP } } = require('jsmodbus');

const [port, path] = process.argv.slice(2);
const tables = {};
for (const [unit, image] of Object.entries(JSON.parse(fs.readFileSync(path, 'ascii')))) {
  const size = Math.max(...Object.keys(image).map(Number)) + 1;
  tables[unit] = Buffer.alloc(2 * size);
  for (const [address, value] of Object.entries(image)) {
    tables[unit].writeUInt16BE(value, 2 * Number(address));
  }
}
const nothing = Buffer.alloc(0);

class Gateway extends TCP {
  get holding() { return this.asked ?? nothing; }
  get input() { return this.asked ?? nothing; }
}

const sockets = net.createServer();
const gateway = new Gateway(sockets);
for (const event of ['preReadHoldingRegisters', 'preReadInputRegisters']) {
  gateway.on(event, (request) => { gateway.asked = tables[request.unitId]; });
}
gateway.on('connection', (client) => {
  client.socket.on('error', (e) => console.error('client:', e.message));
});
sockets.listen(Number(port), '127.0.0.1', () => console.log('ready'));
