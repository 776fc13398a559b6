/*
 * th_registers - the register map of a TH controller (TH-MC), as data.
 *
 * Source: the vendor's page "TH monitoring, Modbus TCP/IP"; names are the variables of its program.
 * Addresses are zero-based PDU addresses of unit 1: sensor n has ten registers from 10 * n on, the
 * statistics follow the last sensor. Of what comes after them nothing is published: it is not read.
 * Never write: register 10 * n moves sensor n to another number.
 */
#ifndef BTMS_TH_REGISTERS_H
#define BTMS_TH_REGISTERS_H

#include "core/registers.h"
#include "core/th.h"

enum {
    TH_UNIT = 1,
    TH_STRIDE = 10,           /* registers of a sensor */
    TH_COUNTS_FROM = 1210,    /* after sensor 120 */
    TH_REGISTERS = 1214,      /* from 0 on */
    TH_SENSORS_IN_BLOCK = 12, /* whole sensors in one read */
    TH_BLOCK_WORDS = TH_SENSORS_IN_BLOCK * TH_STRIDE,
    TH_BLOCKS =
        (TH_REGISTERS + TH_BLOCK_WORDS - 1) / TH_BLOCK_WORDS, /* 11; statistics in the last */
};

/* Addresses are those in a sensor's ten registers, and from TH_COUNTS_FROM on. */
extern const struct reg th_registers_sensor[TH_QUANTITIES];
extern const struct reg th_registers_count[TH_COUNTS];

#endif
