/*
 * snapshot - what the plugin publishes for the other programs, as immutable files in StateDir.
 *
 *   dev-<index>.snap  one gateway: health, UPS, strings, cells      SNAPSHOT_DEVICE
 *                     or one TH controller with its sensors         SNAPSHOT_TH
 *   site.snap         the manifest: which devices there are, totals  SNAPSHOT_SITE
 *   alarms.snap       active alarms and the last events              SNAPSHOT_ALARMS
 *
 * All integers are big-endian. A file is a header, sections, and a CRC-32 over everything before
 * it:
 *
 *   header   "BTMS" | kind u8 | major u8 | minor u16 | file size u32 | counter u32 |
 *            boot id 16 bytes | boot ms i64 | wall ms i64 | storeId 8 bytes | section count u16
 *   section  kind u16 | record size u16 | record count u32 | records
 *   trailer  CRC-32 (IEEE 802.3) u32
 *
 * A reader takes every minor of its major: sections it does not know are skipped, and of a record
 * larger than it knows the rest is ignored; a record smaller than it knows is an error (fields are
 * only ever appended, with a new minor). Another major is refused. Writers: encode to a buffer,
 * fsio_replace(). Readers: fsio_read(), snapshot_open() once, then the get functions, which decode
 * one record each and cannot fail. Pure: no clocks, no files.
 */
#ifndef BTMS_SNAPSHOT_H
#define BTMS_SNAPSHOT_H

#include "core/event.h"
#include "core/identity.h"
#include "core/model.h"
#include "core/part.h"
#include "core/th.h"

#include <stddef.h>
#include <stdint.h>

enum snapshot_kind { SNAPSHOT_DEVICE = 1, SNAPSHOT_SITE = 2, SNAPSHOT_ALARMS = 3, SNAPSHOT_TH = 4 };
enum {
    SNAPSHOT_MAJOR = 1,
    SNAPSHOT_MINOR = 3,
    SNAPSHOT_EVENTS_MAX = 1024,
    ADDRESS_SIZE = 256,
    PLACE_SIZE = 128
};

/* In every header. */
struct snapshot_stamp {
    uint32_t counter;    /* rises with each publication of this file */
    uint8_t boot_id[16]; /* of the kernel: boot_ms of another boot means nothing */
    int64_t boot_ms;     /* CLOCK_BOOTTIME at publication */
    int64_t wall_ms;     /* ms since 1970 at publication */
    uint64_t store_id;
};

/* A limit by which alarms are raised, in the decimals and unit of its kind. Files of minor 0 have
 * none. */
enum { SNAPSHOT_NO_LIMIT = INT32_MIN };

enum snapshot_limit_mode {
    SNAPSHOT_IN_ANY = 1,
    SNAPSHOT_IN_FLOAT = 2,
    SNAPSHOT_IN_DISCHARGE = 3,
    SNAPSHOT_IN_BOOST = 4,  /* equalizing, recharging, settling */
    SNAPSHOT_IN_CHARGED = 5 /* floating or equalizing */
};

struct snapshot_limit {
    uint8_t
        string;    /* that it is in force for, or sensor of a TH controller; 0: what holds for those
                     * that have none of their own */
    uint16_t kind; /* alarm_kinds[].number */
    uint8_t mode;  /* enum snapshot_limit_mode; a later minor may have others */
    bool per_element;          /* the numbers are in mV per 2 V element */
    int32_t warning, critical; /* or SNAPSHOT_NO_LIMIT */
    uint32_t hysteresis, raise_ms, clear_ms;
};

/* How a device is reached; a later minor may have others. */
enum snapshot_transport {
    SNAPSHOT_TRANSPORT_UNKNOWN = 0,
    SNAPSHOT_MODBUS_TCP = 1,
    SNAPSHOT_MODBUS_RTU = 2
};

/* What a device snapshot says of the gateway or TH controller beside its model. */
struct snapshot_device {
    uint32_t index; /* 1.., persistent by name */
    char name[NAME_SIZE];
    char address[ADDRESS_SIZE];
    uint32_t interval_ms, cell_interval_ms; /* configured */
    struct health health;
    uint8_t transport;   /* enum snapshot_transport */
    uint32_t aggregator; /* that groups it: its index; 0: none, or (files before 1.3) not known */
    uint32_t expected;   /* UPS, strings and cells; 0: not known */
    uint32_t mismatches; /* of these: not there, or not as declared */
    const struct snapshot_limit *limit; /* to be written; reading: snapshot_get_limit() */
    size_t limits;
    const struct identities *identities; /* to be written; NULL: none; reading: see below */
    const struct part *part;             /* to be written; reading: snapshot_get_part() */
    size_t parts;
    const struct replacement *replaced; /* by string, then cell */
    size_t replacements;
};

/* A register that the operator has described, as the model has it. */
#define SNAPSHOT_NO_BOUND INT64_MIN
struct snapshot_quantity {
    uint16_t number;
    uint8_t ups, string, cell; /* that it is of; all 0: of the gateway */
    uint8_t decimals, validity;
    int32_t factor; /* a count is so many times 10^-decimals of the unit */
    int64_t raw, read_ms;
    int64_t low, high; /* counts below and above which there is an alarm; or SNAPSHOT_NO_BOUND */
    char name[NAME_SIZE], unit[EVENT_UNIT_SIZE];
};

/* A relay or auxiliary input that is configured, or that the gateway has shown. */
enum { SNAPSHOT_NO_NORMAL = 255 };
struct snapshot_channel {
    uint8_t module, number, kind, string; /* kind: enum channel_kind */
    uint8_t normal;                       /* the value when all is well, SNAPSHOT_NO_NORMAL: none */
    uint8_t validity;
    int32_t value;
    int64_t read_ms;
    char name[NAME_SIZE], label[NAME_SIZE]; /* "": not told */
};

/* What a device is; numbers are part of the file. */
enum device_kind { DEVICE_GATEWAY = 0, DEVICE_LINE = 1, DEVICE_TH = 2 };

/* One row of the manifest. */
struct snapshot_entry {
    uint32_t index;
    char name[NAME_SIZE];
    uint8_t
        kind; /* enum device_kind: a line has a SNAPSHOT_DEVICE too; files before 1.3: a gateway */
};

/* Does it accept connections? */
enum snapshot_reach { SNAPSHOT_NOT_LOOKED = 0, SNAPSHOT_LOST = 1, SNAPSHOT_REACHED = 2 };

/* An aggregator (BM-AG): the devices that it groups name it (struct snapshot_device). */
struct snapshot_aggregator {
    uint32_t index; /* 1.., persistent by name */
    char name[NAME_SIZE];
    char address[ADDRESS_SIZE];
    char location[PLACE_SIZE], label[NAME_SIZE]; /* "": none */
    uint8_t reach;                               /* enum snapshot_reach */
    int64_t answered_ms; /* CLOCK_BOOTTIME: accepted a connection last; 0 = never */
};

struct snapshot_site {
    char version[32];          /* of the plugin */
    uint32_t sequence;         /* of the last event */
    uint32_t alarm_id;         /* the highest given */
    int64_t alarms_changed_ms; /* CLOCK_BOOTTIME: last event */
    uint32_t interval_ms;      /* the shortest configured: what the collector's age is judged by */
    const struct snapshot_limit *limit; /* of the whole site; to be written, as above */
    size_t limits;
    const struct snapshot_aggregator *aggregator; /* by index; to be written, as above */
    size_t aggregators;
    const struct part *part; /* of no gateway; to be written, as above */
    size_t parts;
};

/* ---- writing ----------------------------------------------------------------------------- */

/* Each returns the size of the finished file in `*ret`, a buffer that the function (re)allocates
 * and the caller frees in the end; 0 without memory (then *ret is as before). A device writes only
 * UPS and strings whose presence is not PRESENCE_NEVER, and cells 1..string.cells of those. The
 * arrays come in the order told below (index, id, sequence, key of a limit); of more than SNAPSHOT_EVENTS_MAX
 * events the last are written, and a file that has more is refused. */
struct snapshot_buffer {
    uint8_t *data;
    size_t capacity;
};

size_t snapshot_encode_device(const struct snapshot_stamp *stamp, const struct snapshot_device *d,
                              const struct gateway *g, struct snapshot_buffer *ret);
/* Sensors 1.. whose presence is not PRESENCE_NEVER; of the one at place 0 only its status. */
size_t snapshot_encode_th(const struct snapshot_stamp *stamp, const struct snapshot_device *d,
                          const struct th_controller *c, struct snapshot_buffer *ret);
size_t snapshot_encode_site(const struct snapshot_stamp *stamp, const struct snapshot_site *site,
                            const struct snapshot_entry *entry, size_t entries,
                            struct snapshot_buffer *ret);
size_t snapshot_encode_alarms(const struct snapshot_stamp *stamp, const struct alarm *active,
                              size_t actives, const struct event *event, size_t events,
                              struct snapshot_buffer *ret);

/* ---- reading ----------------------------------------------------------------------------- */

enum snapshot_error {
    SNAPSHOT_OK,
    SNAPSHOT_NOT_OURS, /* magic or kind */
    SNAPSHOT_MAJOR_OTHER,
    SNAPSHOT_CUT,     /* shorter or longer than its header says, or sections do not fit */
    SNAPSHOT_DAMAGED, /* CRC */
    SNAPSHOT_HOSTILE, /* numbers that cannot be: indexes, counts, order, record sizes */
};

/* "is of another major version", ... for the end of a sentence. */
const char *snapshot_error_text(enum snapshot_error e);

struct snapshot_section {
    const uint8_t *records;
    uint16_t size; /* of one */
    uint32_t count;
};

enum { SNAPSHOT_SECTIONS = 10 };

/* A validated file: points into the caller's buffer, which must outlive it. */
struct snapshot {
    enum snapshot_kind kind;
    uint8_t major;
    uint16_t minor;
    struct snapshot_stamp stamp;
    struct snapshot_section section[SNAPSHOT_SECTIONS]; /* by meaning, see below */
};

/* section[] of a device: 0 the device itself (one record), 1 UPS, 2 strings, 3 cells, 4 limits; of a
 * site: 0 the site, 1 entries, 2 limits, 4 aggregators; of alarms: 0 active, 1 events; of a TH
 * controller: 0 the device itself, 1 sensors, 2 limits, 4 its counts (one record). UPS, strings, sensors,
 * entries, aggregators, alarms (by id) and events (by sequence) are in strictly ascending order, cells by string, then cell,
 * limits by string, kind, mode. */
enum snapshot_error snapshot_open(const void *data, size_t size, enum snapshot_kind kind,
                                  struct snapshot *ret);

/* One record; `i` < section[].count. Index members are set by the get functions as below. */
void snapshot_get_device(const struct snapshot *s, struct snapshot_device *ret); /* or TH */
void snapshot_get_ups(const struct snapshot *s, uint32_t i, int *ret_number, struct ups *ret);
/* Fills what the file has of a string: not cell[], nor what only the poller needs. */
void snapshot_get_string(const struct snapshot *s, uint32_t i, int *ret_number, struct string *ret);
void snapshot_get_cell(const struct snapshot *s, uint32_t i, int *ret_string, int *ret_number,
                       struct cell *ret);
/* All but the sensors; of the one at place 0 its status. */
void snapshot_get_th(const struct snapshot *s, struct snapshot_device *ret_device,
                     struct th_controller *ret);
void snapshot_get_sensor(const struct snapshot *s, uint32_t i, int *ret_number,
                         struct th_sensor *ret);
void snapshot_get_site(const struct snapshot *s, struct snapshot_site *ret);
void snapshot_get_entry(const struct snapshot *s, uint32_t i, struct snapshot_entry *ret);
void snapshot_get_aggregator(const struct snapshot *s, uint32_t i, struct snapshot_aggregator *ret);
/* Of a device, of the site, or of a TH controller. */
void snapshot_get_limit(const struct snapshot *s, uint32_t i, struct snapshot_limit *ret);
/* What people call it: how many records, one of them, that of something of the device (false: none),
 * and when a cell was replaced last (false: never that anybody said). */
uint32_t snapshot_identities(const struct snapshot *s);
void snapshot_get_identity(const struct snapshot *s, uint32_t i, struct identity *ret);
bool snapshot_find_identity(const struct snapshot *s, int level, int number, struct identity *ret);
bool snapshot_any_replacement(const struct snapshot *s);
bool snapshot_find_replacement(const struct snapshot *s, int string, int cell,
                               struct replacement *ret);
/* Of a device: section[] 6 by number, 7 by module, then number. */
void snapshot_get_quantity(const struct snapshot *s, uint32_t i, struct snapshot_quantity *ret);
void snapshot_get_channel(const struct snapshot *s, uint32_t i, struct snapshot_channel *ret);
/* The inventory, of a device, a TH controller and the site: how many lines, and one of them (false: of a kind that
 * only a later version knows). */
uint32_t snapshot_parts(const struct snapshot *s);
bool snapshot_get_part(const struct snapshot *s, uint32_t i, struct part *ret);
void snapshot_get_alarm(const struct snapshot *s, uint32_t i, struct alarm *ret);
void snapshot_get_event(const struct snapshot *s, uint32_t i, struct event *ret);

/* What record `i` is found by: the number of a UPS, string or sensor, string << 8 | cell, module << 8 | channel, an index, an id, a
 * sequence, string << 24 | kind << 8 | mode of a limit. The first record with a key >= `key`; the section's count where there is none. */
uint32_t snapshot_key(const struct snapshot *s, int section, uint32_t i);
uint32_t snapshot_find(const struct snapshot *s, int section, uint32_t key);

/* One quantity of cell record `i` alone: returns its validity. And whether it was ever seen. */
uint8_t snapshot_cell_value(const struct snapshot *s, uint32_t i, int quantity, int32_t *ret);
bool snapshot_cell_seen(const struct snapshot *s, uint32_t i);

/* CRC-32 of IEEE 802.3, for what is to be recognised again. */
uint32_t snapshot_crc(const void *data, size_t size);

/* The file of device `index`: "dev-17.snap". */
void snapshot_device_name(uint32_t index, char *ret, size_t size);

#endif
