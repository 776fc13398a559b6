/*
 * A TH controller in a file: what it is as a device, its own counts, and the sensors that ever were
 * there.
 */
#include "core/snapshot.h"
#include "core/snapshot_format.h"
#include "core/snapshot_own.h"
#include "core/wire.h"

#include <string.h>

static size_t count_sensors(const struct th_controller *c)
{
    size_t n = 0;

    for (int i = 1; i <= TH_SENSOR_MAX; i++)
        n += c->sensor[i].presence != PRESENCE_NEVER;
    return n;
}

static void put_counts(struct wire_out *out, const struct th_controller *c)
{
    put_section(out, SECTION_TH, RECORD_TH, 1);
    put_i64(out, c->counts_read_ms);
    wire_put_u16(out, (uint16_t)c->expected);
    put_quantities(out, c->count, c->count_validity, TH_COUNTS);
    put_quantities(out, &c->sensor[0].value[TH_STATUS], &c->sensor[0].validity[TH_STATUS], 1);
}

static void put_sensor(struct wire_out *out, int number, const struct th_sensor *s)
{
    wire_put_u8(out, (uint8_t)number);
    wire_put_u8(out, (uint8_t)s->presence);
    put_i64(out, s->read_ms);
    put_quantities(out, s->value, s->validity, TH_QUANTITIES);
}

size_t snapshot_encode_th(const struct snapshot_stamp *stamp, const struct snapshot_device *d,
                          const struct th_controller *c, struct snapshot_buffer *ret)
{
    const size_t sensors = count_sensors(c);
    struct wire_out out;

    if (!snapshot_begin(&out, ret, SNAPSHOT_TH, stamp, 6,
                        RECORD_DEVICE + RECORD_TH + sensors * RECORD_SENSOR +
                            d->limits * RECORD_LIMIT + d->parts * RECORD_PART +
                            snapshot_identities_size(d)))
        return 0;
    snapshot_put_device(&out, d);
    put_counts(&out, c);
    put_section(&out, SECTION_SENSORS, RECORD_SENSOR, sensors);
    for (int i = 1; i <= TH_SENSOR_MAX; i++)
        if (c->sensor[i].presence != PRESENCE_NEVER)
            put_sensor(&out, i, &c->sensor[i]);
    snapshot_put_limits(&out, d->limit, d->limits);
    snapshot_put_identities(&out, d);
    snapshot_put_parts(&out, d->part, d->parts);
    return snapshot_finish(&out);
}

void snapshot_get_th(const struct snapshot *s, struct snapshot_device *ret_device,
                     struct th_controller *ret)
{
    struct wire_in in = record(s, SLOT_TH, 0);

    snapshot_get_device(s, ret_device);
    memset(ret, 0, sizeof(*ret));
    memcpy(ret->name, ret_device->name, sizeof(ret->name));
    ret->health = ret_device->health;
    ret->counts_read_ms = get_ms(&in);
    ret->expected = wire_get_u16(&in);
    get_quantities(&in, ret->count, ret->count_validity, TH_COUNTS);
    get_quantities(&in, &ret->sensor[0].value[TH_STATUS], &ret->sensor[0].validity[TH_STATUS], 1);
    ret->sensor[0].presence = th_new_sensor(ret) == TH_NEW_WAITS ? PRESENCE_HERE : PRESENCE_NEVER;
}

void snapshot_get_sensor(const struct snapshot *s, uint32_t i, int *ret_number,
                         struct th_sensor *ret)
{
    struct wire_in in = record(s, SLOT_SENSORS, i);

    *ret_number = wire_get_u8(&in);
    ret->presence = get_presence(&in);
    ret->read_ms = get_ms(&in);
    get_quantities(&in, ret->value, ret->validity, TH_QUANTITIES);
}
