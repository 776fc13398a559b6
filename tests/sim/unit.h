/* unit.h: what a read of some registers of some unit id gives, before it becomes a frame. */
#ifndef SIM_UNIT_H
#define SIM_UNIT_H

#include <stdbool.h>
#include <stdint.h>

struct gateway;

enum { READ_MAX = 125 }; /* registers in one Modbus read */

enum verdict {
    VERDICT_WORDS,
    VERDICT_EMPTY,     /* a reply with byte count 0 */
    VERDICT_SILENT,    /* no reply at all */
    VERDICT_NO_UNIT,   /* exception 11, gateway target failed to respond */
    VERDICT_NO_ADDRESS /* exception 2, illegal data address */
};

/* Reads COUNT (1..READ_MAX) registers from ADDRESS; WORDS is filled when the verdict says so. */
enum verdict unit_read(struct gateway *gw, unsigned unit, unsigned address, unsigned count,
                       uint16_t words[READ_MAX]);

/* How a request to a unit that is not there ends; VERDICT_WORDS if the unit is there. */
enum verdict unit_presence(struct gateway *gw, unsigned unit);

/* Sets a plain register of any unit, which is then there. */
void unit_set_plain(struct gateway *gw, unsigned unit, unsigned address, uint16_t value);

/* The value of a plain register; false if it was not set. */
bool unit_plain(const struct gateway *gw, unsigned unit, unsigned address, uint16_t *ret);

/* Takes all plain registers of a unit away. */
void unit_clear_plain(struct gateway *gw, unsigned unit);

#endif
