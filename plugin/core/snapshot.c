/*
 * The reading half of snapshot.h. A file comes from another program, of another version, or from
 * somebody who means no good: snapshot_open() looks at everything that the get functions rely on,
 * once, so that these have nothing to check but the ranges of single values. What is out of range
 * there (a validity, a severity) is brought into it: one odd value must not hide a whole gateway.
 */
#include "core/snapshot.h"
#include "core/snapshot_format.h"
#include "core/snapshot_own.h"
#include "core/wire.h"

#include <stdio.h>
#include <string.h>

/* The table of a CRC is linear: the entry of a byte is the sum of those of its bits. There is one for
 * each distance of the byte from the end of eight, which go in at once: whole files are summed at each
 * publication. */
#define C1(n, a, b, c, d, e, f, g, h)                                                              \
    (((n) >> 0 & 1) * a ^ ((n) >> 1 & 1) * b ^ ((n) >> 2 & 1) * c ^ ((n) >> 3 & 1) * d ^           \
     ((n) >> 4 & 1) * e ^ ((n) >> 5 & 1) * f ^ ((n) >> 6 & 1) * g ^ ((n) >> 7 & 1) * h)
#define SUM(n, ...) C1(n, __VA_ARGS__)
#define C4(n, ...)                                                                                 \
    SUM(n, __VA_ARGS__), SUM(n + 1, __VA_ARGS__), SUM(n + 2, __VA_ARGS__), SUM(n + 3, __VA_ARGS__)
#define C16(n, ...)                                                                                \
    C4(n, __VA_ARGS__), C4(n + 4, __VA_ARGS__), C4(n + 8, __VA_ARGS__), C4(n + 12, __VA_ARGS__)
#define C64(n, ...)                                                                                \
    C16(n, __VA_ARGS__), C16(n + 16, __VA_ARGS__), C16(n + 32, __VA_ARGS__),                       \
        C16(n + 48, __VA_ARGS__)
#define C256(...)                                                                                  \
    C64(0, __VA_ARGS__), C64(64, __VA_ARGS__), C64(128, __VA_ARGS__), C64(192, __VA_ARGS__)

static const uint32_t crc_table[8][256] = {
    {C256(0x77073096u, 0xee0e612cu, 0x076dc419u, 0x0edb8832u, 0x1db71064u, 0x3b6e20c8u, 0x76dc4190u,
          0xedb88320u)},
    {C256(0x191b3141u, 0x32366282u, 0x646cc504u, 0xc8d98a08u, 0x4ac21251u, 0x958424a2u, 0xf0794f05u,
          0x3b83984bu)},
    {C256(0x01c26a37u, 0x0384d46eu, 0x0709a8dcu, 0x0e1351b8u, 0x1c26a370u, 0x384d46e0u, 0x709a8dc0u,
          0xe1351b80u)},
    {C256(0xb8bc6765u, 0xaa09c88bu, 0x8f629757u, 0xc5b428efu, 0x5019579fu, 0xa032af3eu, 0x9b14583du,
          0xed59b63bu)},
    {C256(0x3d6029b0u, 0x7ac05360u, 0xf580a6c0u, 0x30704bc1u, 0x60e09782u, 0xc1c12f04u, 0x58f35849u,
          0xb1e6b092u)},
    {C256(0xcb5cd3a5u, 0x4dc8a10bu, 0x9b914216u, 0xec53826du, 0x03d6029bu, 0x07ac0536u, 0x0f580a6cu,
          0x1eb014d8u)},
    {C256(0xa6770bb4u, 0x979f1129u, 0xf44f2413u, 0x33ef4e67u, 0x67de9cceu, 0xcfbd399cu, 0x440b7579u,
          0x8816eaf2u)},
    {C256(0xccaa009eu, 0x4225077du, 0x844a0efau, 0xd3e51bb5u, 0x7cbb312bu, 0xf9766256u, 0x299dc2edu,
          0x533b85dau)},
};

static uint32_t crc_of_eight(uint32_t crc, const uint8_t *p)
{
    uint32_t low =
        crc ^ ((uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24);

    return crc_table[7][low & 0xff] ^ crc_table[6][low >> 8 & 0xff] ^
           crc_table[5][low >> 16 & 0xff] ^ crc_table[4][low >> 24] ^ crc_table[3][p[4]] ^
           crc_table[2][p[5]] ^ crc_table[1][p[6]] ^ crc_table[0][p[7]];
}

/* Reflected, polynomial 04c11db7, starts from and ends with all ones. */
uint32_t snapshot_crc(const void *data, size_t size)
{
    const uint8_t *p = data;
    uint32_t crc = UINT32_MAX;

    for (; size >= 8; size -= 8, p += 8)
        crc = crc_of_eight(crc, p);
    for (; size > 0; size--, p++)
        crc = crc_table[0][(crc ^ *p) & 0xff] ^ crc >> 8;
    return ~crc;
}

const char *snapshot_error_text(enum snapshot_error e)
{
    static const char *const texts[] = {
        [SNAPSHOT_OK] = "is in order",
        [SNAPSHOT_NOT_OURS] = "is not a snapshot of this kind",
        [SNAPSHOT_MAJOR_OTHER] = "is of another major version",
        [SNAPSHOT_CUT] = "is not as long as it says",
        [SNAPSHOT_DAMAGED] = "is damaged (checksum)",
        [SNAPSHOT_HOSTILE] = "contradicts itself",
    };

    return texts[e];
}

void snapshot_device_name(uint32_t index, char *ret, size_t size)
{
    snprintf(ret, size, "dev-%u.snap", (unsigned)index);
}

/* ---- opening ----------------------------------------------------------------------------- */

static const struct known {
    enum snapshot_kind file;
    enum section section;
    uint8_t slot;
    uint16_t record; /* the least */
} known[] = {
    {SNAPSHOT_DEVICE, SECTION_DEVICE,      SLOT_DEVICE,        RECORD_DEVICE_LEAST},
    {SNAPSHOT_DEVICE, SECTION_UPS,         SLOT_UPS,           RECORD_UPS         },
    {SNAPSHOT_DEVICE, SECTION_STRINGS,     SLOT_STRINGS,       RECORD_STRING_LEAST},
    {SNAPSHOT_DEVICE, SECTION_CELLS,       SLOT_CELLS,         RECORD_CELL        },
    {SNAPSHOT_DEVICE, SECTION_LIMITS,      SLOT_LIMITS,        RECORD_LIMIT       },
    {SNAPSHOT_SITE,   SECTION_SITE,        SLOT_SITE,          RECORD_SITE        },
    {SNAPSHOT_SITE,   SECTION_ENTRIES,     SLOT_ENTRIES,       RECORD_ENTRY_LEAST },
    {SNAPSHOT_SITE,   SECTION_LIMITS,      SLOT_SITE_LIMITS,   RECORD_LIMIT       },
    {SNAPSHOT_SITE,   SECTION_AGGREGATORS, SLOT_AGGREGATORS,   RECORD_AGGREGATOR  },
    {SNAPSHOT_DEVICE, SECTION_PARTS,       SLOT_PARTS,         RECORD_PART        },
    {SNAPSHOT_SITE,   SECTION_PARTS,       SLOT_SITE_PARTS,    RECORD_PART        },
    {SNAPSHOT_TH,     SECTION_PARTS,       SLOT_TH_PARTS,      RECORD_PART        },
    {SNAPSHOT_ALARMS, SECTION_ACTIVE,      SLOT_ACTIVE,        RECORD_ALARM       },
    {SNAPSHOT_ALARMS, SECTION_EVENTS,      SLOT_EVENTS,        RECORD_EVENT       },
    {SNAPSHOT_TH,     SECTION_DEVICE,      SLOT_TH_DEVICE,     RECORD_DEVICE_LEAST},
    {SNAPSHOT_TH,     SECTION_TH,          SLOT_TH,            RECORD_TH          },
    {SNAPSHOT_TH,     SECTION_SENSORS,     SLOT_SENSORS,       RECORD_SENSOR      },
    {SNAPSHOT_TH,     SECTION_LIMITS,      SLOT_TH_LIMITS,     RECORD_LIMIT       },
    {SNAPSHOT_TH,     SECTION_IDENTITIES,  SLOT_TH_IDENTITIES, RECORD_IDENTITY    },
    {SNAPSHOT_DEVICE, SECTION_IDENTITIES,  SLOT_IDENTITIES,    RECORD_IDENTITY    },
    {SNAPSHOT_DEVICE, SECTION_REPLACED,    SLOT_REPLACED,      RECORD_REPLACED    },
    {SNAPSHOT_DEVICE, SECTION_QUANTITIES,  SLOT_QUANTITIES,    RECORD_QUANTITY    },
    {SNAPSHOT_DEVICE, SECTION_CHANNELS,    SLOT_CHANNELS,      RECORD_CHANNEL     },
};

static uint32_t be32_at(const uint8_t *p)
{
    struct wire_in in = wire_reader(p, 4);

    return wire_get_u32(&in);
}

static const uint8_t *record_of(const struct snapshot_section *c, uint32_t i)
{
    return c->records + (size_t)i * c->size;
}

/* Up to the major everything is where it is in every version to come; the rest only if it is ours,
 * and it is believed only when length and checksum are right. */
static enum snapshot_error get_header(struct wire_in *in, enum snapshot_kind kind,
                                      struct snapshot *ret, uint16_t *ret_sections)
{
    uint32_t magic = wire_get_u32(in), size;

    ret->kind = (enum snapshot_kind)wire_get_u8(in);
    ret->major = wire_get_u8(in);
    if (in->bad)
        return SNAPSHOT_CUT;
    if (magic != SNAPSHOT_MAGIC || ret->kind != kind)
        return SNAPSHOT_NOT_OURS;
    if (ret->major != SNAPSHOT_MAJOR)
        return SNAPSHOT_MAJOR_OTHER;
    ret->minor = wire_get_u16(in);
    size = wire_get_u32(in);
    ret->stamp.counter = wire_get_u32(in);
    wire_get_bytes(in, ret->stamp.boot_id, sizeof(ret->stamp.boot_id));
    ret->stamp.boot_ms = get_i64(in);
    ret->stamp.wall_ms = get_i64(in);
    ret->stamp.store_id = wire_get_u64(in);
    *ret_sections = wire_get_u16(in);
    if (size != in->size || wire_left(in) < TRAILER_SIZE)
        return SNAPSHOT_CUT;
    if (be32_at(in->data + size - TRAILER_SIZE) != snapshot_crc(in->data, size - TRAILER_SIZE))
        return SNAPSHOT_DAMAGED;
    return SNAPSHOT_OK;
}

static const struct known *find_known(enum snapshot_kind file, uint16_t section)
{
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (known[i].file == file && (uint16_t)known[i].section == section)
            return &known[i];
    return NULL;
}

static enum snapshot_error get_section(struct wire_in *in, struct snapshot *ret)
{
    const struct known *k = find_known(ret->kind, wire_get_u16(in));
    struct snapshot_section c;

    c.size = wire_get_u16(in);
    c.count = wire_get_u32(in);
    if ((uint64_t)c.size * c.count > wire_left(in))
        return SNAPSHOT_CUT;
    c.records = wire_get_part(in, (size_t)c.size * c.count);
    if (in->bad)
        return SNAPSHOT_CUT;
    if (k == NULL)
        return SNAPSHOT_OK;
    if (c.size < k->record || ret->section[k->slot].records != NULL)
        return SNAPSHOT_HOSTILE; /* too small, or there twice */
    ret->section[k->slot] = c;
    return SNAPSHOT_OK;
}

static enum snapshot_error get_sections(struct wire_in *in, uint16_t n, struct snapshot *ret)
{
    enum snapshot_error e = SNAPSHOT_OK;

    while (n-- > 0 && e == SNAPSHOT_OK)
        e = get_section(in, ret);
    return e == SNAPSHOT_OK && wire_left(in) != 0 ? SNAPSHOT_CUT : e;
}

/* ---- what the sections say --------------------------------------------------------------- */

/* The records of section `c` begin with a number; all are above 0 and rise. None is the highest that
 * there is: whoever looks for the next one, by adding 1, would begin anew. */
static bool rises32(const struct snapshot_section *c)
{
    uint32_t before = 0;

    for (uint32_t i = 0; i < c->count; i++) {
        uint32_t n = be32_at(record_of(c, i));

        if (n <= before || n == UINT32_MAX)
            return false;
        before = n;
    }
    return true;
}

static bool rises8(const struct snapshot_section *c, uint8_t most)
{
    uint8_t before = 0;

    for (uint32_t i = 0; i < c->count; i++) {
        uint8_t n = record_of(c, i)[0];

        if (n <= before || n > most)
            return false;
        before = n;
    }
    return true;
}

/* How many cells each string may have; strings that are not there have none. */
static bool get_cell_counts(const struct snapshot_section *strings, uint8_t *cells)
{
    for (uint32_t i = 0; i < strings->count; i++) {
        const uint8_t *r = record_of(strings, i);

        if (r[3] > CELL_MAX)
            return false;
        cells[r[0]] = r[3];
    }
    return true;
}

static bool cells_fit(const struct snapshot_section *c, const struct snapshot_section *strings)
{
    uint8_t cells[STRING_MAX + 1] = {0};
    unsigned before = 0;

    if (!get_cell_counts(strings, cells))
        return false;
    for (uint32_t i = 0; i < c->count; i++) {
        const uint8_t *r = record_of(c, i);
        unsigned n = (unsigned)r[0] << 8 | r[1];

        if (r[0] > STRING_MAX || r[1] < 1 || r[1] > cells[r[0]] || n <= before)
            return false;
        before = n;
    }
    return true;
}

/* By string, kind and mode, which their key is made of. */
static bool limits_fit(const struct snapshot_section *c, uint8_t strings)
{
    return rises32(c) && (c->count == 0 || record_of(c, c->count - 1)[0] <= strings);
}

static bool content_fits(const struct snapshot *s)
{
    const struct snapshot_section *c = s->section;

    switch (s->kind) {
    case SNAPSHOT_DEVICE:
        return c[SLOT_DEVICE].count == 1 && rises32(&c[SLOT_DEVICE]) &&
               rises8(&c[SLOT_UPS], UPS_MAX) && rises8(&c[SLOT_STRINGS], STRING_MAX) &&
               cells_fit(&c[SLOT_CELLS], &c[SLOT_STRINGS]) &&
               limits_fit(&c[SLOT_LIMITS], STRING_MAX) && snapshot_identities_fit(s) &&
               snapshot_added_fit(s);
    case SNAPSHOT_SITE:
        return c[SLOT_SITE].count == 1 && rises32(&c[SLOT_ENTRIES]) &&
               limits_fit(&c[SLOT_SITE_LIMITS], 0) && rises32(&c[SLOT_AGGREGATORS]);
    case SNAPSHOT_TH:
        return c[SLOT_TH_DEVICE].count == 1 && rises32(&c[SLOT_TH_DEVICE]) &&
               c[SLOT_TH].count == 1 && rises8(&c[SLOT_SENSORS], TH_SENSOR_MAX) &&
               limits_fit(&c[SLOT_TH_LIMITS], TH_SENSOR_MAX) && snapshot_identities_fit(s);
    case SNAPSHOT_ALARMS:
        return rises32(&c[SLOT_ACTIVE]) && rises32(&c[SLOT_EVENTS]) &&
               c[SLOT_EVENTS].count <= SNAPSHOT_EVENTS_MAX;
    }
    return false;
}

enum snapshot_error snapshot_open(const void *data, size_t size, enum snapshot_kind kind,
                                  struct snapshot *ret)
{
    struct wire_in in = wire_reader(data, size);
    struct snapshot s = {0};
    uint16_t sections = 0;
    enum snapshot_error e = get_header(&in, kind, &s, &sections);

    if (e != SNAPSHOT_OK)
        return e;
    in.size -= TRAILER_SIZE;
    e = get_sections(&in, sections, &s);
    if (e != SNAPSHOT_OK)
        return e;
    if (!content_fits(&s))
        return SNAPSHOT_HOSTILE;
    *ret = s;
    return SNAPSHOT_OK;
}
