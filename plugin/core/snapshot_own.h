/*
 * snapshot_own - what the files that write and read single sections have in common: snapshot_encode.c,
 * snapshot_get.c, and one snapshot_<topic>.c for each topic that came later.
 *
 * Writing: snapshot_begin() with the number of sections and the octets of all records, the sections,
 * snapshot_finish(). Reading: record(), then one get per field; the record may be that of an older
 * file, ending before a field that came later (`bad` is set then).
 */
#ifndef BTMS_SNAPSHOT_OWN_H
#define BTMS_SNAPSHOT_OWN_H

#include "core/snapshot.h"
#include "core/snapshot_format.h"
#include "core/wire.h"

#include <string.h>

/* ---- writing, in snapshot_encode.c --------------------------------------------------------- */

/* Room for a file of `sections` sections with `records` octets of records, and its header. */
bool snapshot_begin(struct wire_out *out, struct snapshot_buffer *b, enum snapshot_kind kind,
                    const struct snapshot_stamp *stamp, size_t sections, size_t records);
/* The size of the file; 0 when what was written is not what was told at the beginning. */
size_t snapshot_finish(struct wire_out *out);
/* The whole sections. */
void snapshot_put_device(struct wire_out *out, const struct snapshot_device *d);
void snapshot_put_limits(struct wire_out *out, const struct snapshot_limit *l, size_t n);
void snapshot_put_aggregators(struct wire_out *out, const struct snapshot_aggregator *a, size_t n);
void snapshot_put_parts(struct wire_out *out, const struct part *p, size_t n);
/* In snapshot_identity.c; size: of the records. */
size_t snapshot_identities_size(const struct snapshot_device *d);
void snapshot_put_identities(struct wire_out *out, const struct snapshot_device *d);
void snapshot_put_replaced(struct wire_out *out, const struct snapshot_device *d);
/* Are its sections of a device what the get functions rely on? */
bool snapshot_identities_fit(const struct snapshot *s);

/* In snapshot_added.c: the same of quantities and channels. */
size_t snapshot_added_size(const struct gateway *g);
void snapshot_put_added(struct wire_out *out, const struct gateway *g);
bool snapshot_added_fit(const struct snapshot *s);

static inline void put_i64(struct wire_out *out, int64_t v)
{
    wire_put_u64(out, (uint64_t)v);
}

static inline void put_text(struct wire_out *out, const char *text, size_t size)
{
    static const uint8_t
        zeros[(int)ADDRESS_SIZE > (int)EVENT_TEXT_SIZE ? (int)ADDRESS_SIZE : (int)EVENT_TEXT_SIZE];
    size_t n = strnlen(text, size - 1);

    wire_put_bytes(out, text, n);
    wire_put_bytes(out, zeros, size - n);
}

/* Most of a file are these: not through a call for each. */
static inline void put_quantities(struct wire_out *out, const int32_t *value,
                                  const uint8_t *validity, int n)
{
    enum { SIZE = 5 };
    uint8_t *p = wire_put_part(out, SIZE * (size_t)n);

    for (int q = 0; p != NULL && q < n; q++, p += SIZE) {
        uint32_t v = (uint32_t)value[q];

        p[0] = (uint8_t)(v >> 24);
        p[1] = (uint8_t)(v >> 16);
        p[2] = (uint8_t)(v >> 8);
        p[3] = (uint8_t)v;
        p[4] = validity[q];
    }
}

static inline void put_section(struct wire_out *out, enum section kind, size_t record, size_t count)
{
    wire_put_u16(out, (uint16_t)kind);
    wire_put_u16(out, (uint16_t)record);
    wire_put_u32(out, (uint32_t)count);
}

/* ---- reading ------------------------------------------------------------------------------- */

static inline struct wire_in record(const struct snapshot *s, int slot, uint32_t i)
{
    const struct snapshot_section *c = &s->section[slot];

    return wire_reader(c->records + (size_t)i * c->size, c->size);
}

static inline int64_t get_i64(struct wire_in *in)
{
    return (int64_t)wire_get_u64(in);
}

/* In ms: of a clock, or between two moments. None is below 0 or behind the year 9999, so that whoever
 * adds to one or multiplies it stays inside an int64_t. */
static inline int64_t get_ms(struct wire_in *in)
{
    int64_t v = get_i64(in), most = INT64_C(253402300799999);

    return v < 0 ? 0 : v < most ? v : most;
}

static inline bool get_bool(struct wire_in *in)
{
    return wire_get_u8(in) != 0;
}

static inline uint8_t get_at_most(struct wire_in *in, uint8_t most)
{
    uint8_t v = wire_get_u8(in);

    return v < most ? v : most;
}

/* What is behind the end of the text is not ours to show. */
static inline void get_text(struct wire_in *in, char *ret, size_t size)
{
    size_t n;

    wire_get_bytes(in, ret, size);
    n = strnlen(ret, size - 1);
    memset(ret + n, 0, size - n);
}

/* A validity that we do not know is one that we may not publish. */
static inline void get_quantities(struct wire_in *in, int32_t *value, uint8_t *validity, int n)
{
    for (int q = 0; q < n; q++) {
        value[q] = (int32_t)wire_get_u32(in);
        validity[q] = get_at_most(in, VALIDITY_IMPOSSIBLE);
    }
}

static inline enum presence get_presence(struct wire_in *in)
{
    return (enum presence)get_at_most(in, PRESENCE_SILENT);
}

#endif
