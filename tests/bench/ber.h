/*
 * ber - as much of SNMPv2c's encoding as a benchmark needs: requests are written from their end to
 * their start, so that no length has to be known before; answers are read in one pass.
 */
#ifndef BENCH_BER_H
#define BENCH_BER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    BER_INTEGER = 0x02,
    BER_OCTETS = 0x04,
    BER_NULL = 0x05,
    BER_OID = 0x06,
    BER_SEQUENCE = 0x30,
    BER_GAUGE = 0x42,
    BER_TIMETICKS = 0x43,
    BER_GET = 0xa0,
    BER_RESPONSE = 0xa2,
    BER_GETBULK = 0xa5
};

/* The contents of an OID, encoded. */
struct ber_oid {
    uint8_t data[64];
    size_t size;
};

/* Dotted, with or without a dot in front; false where it is none, or too long. */
bool ber_oid_parse(const char *text, struct ber_oid *ret);
bool ber_oid_append(struct ber_oid *o, uint32_t sub);

struct ber_request {
    uint8_t type; /* BER_GET or BER_GETBULK */
    int32_t id;
    uint32_t repetitions;
    const struct ber_oid *name;
    size_t names;
};

/* Writes to the end of `buffer` and returns where it starts; NULL where it does not fit. */
const uint8_t *ber_put_request(const struct ber_request *r, uint8_t *buffer, size_t size,
                               size_t *ret_size);

struct ber_in {
    const uint8_t *p, *end;
    bool bad;
};

/* One element: its tag, its contents. */
struct ber_item {
    uint8_t tag;
    const uint8_t *data;
    size_t size;
};

struct ber_item ber_take(struct ber_in *in);
int64_t ber_integer(const struct ber_item *item); /* two's complement, also of unsigned types */

struct ber_response {
    int32_t id;
    int64_t error;
    struct ber_in varbinds;
};

bool ber_get_response(const uint8_t *data, size_t size, struct ber_response *ret);
bool ber_get_varbind(struct ber_in *varbinds, struct ber_item *ret_name,
                     struct ber_item *ret_value);

#endif
