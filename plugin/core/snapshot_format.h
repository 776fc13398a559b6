/*
 * snapshot_format - the numbers of format version 1.3, for the files snapshot*.c alone.
 *
 * A record is its fields in the order below, without padding. A quantity is its value i32 and its
 * validity u8. Text is a field of fixed size, filled up with zeros; its last byte is always zero.
 *
 *   DEVICE  index u32 | name 64 | address 256 | interval_ms u32 | cell_interval_ms u32 |
 *           reachable u8 | answered_ms i64 | poll_ms u32 | effective interval_ms u32 |
 *           effective cell_interval_ms u32 | requests u64 | timeouts u64 | exceptions u64 |
 *           mismatches u64 | reconnects u64 | window u16 | span_cells u16 | string_words u16;
 *           since 1.3: transport u8 | aggregator u32 | expected u32 | mismatches u32 |
 *           connections u16
 *   UPS     number u8 | presence u8 | read_ms i64 | 4 quantities
 *   STRING  number u8 | presence u8 | cell_type u8 | cells u8 | hall_a u16 | read_ms i64 |
 *           cells_read_ms i64 | cells_interval_ms i64 | 13 quantities; since 1.2: 14;
 *           since 1.3: ambient u8 (1 where ambient values were plausible at least once) |
 *           cells_expected u8 | capacity_ah u16
 *   CELL    string u8 | number u8 | seen u8 | 7 quantities
 *   SITE    version 32 | sequence u32 | alarm_id u32 | alarms_changed_ms i64 | interval_ms u32
 *   ENTRY   index u32 | name 64; since 1.3: kind u8
 *   ALARM   id u32 | kind u16 | severity u8 | level u8 | gateway u32 | ups u16 | string u16 |
 *           cell u16 | has_value u8 | value i32 | decimals u8 | has_limit u8 | limit i32 |
 *           peak i32 | sources u8 | stale u8 | unit 12 | object 96 | text 256 | raised_ms i64 |
 *           muted u8 | occurrences u32 | cause_id u32 | suppressed u32 | changed_ms i64 |
 *           acked_ms i64 | acked_by 64 | ack_note 128 | shelved_until_ms i64 | shelved_by 64 |
 *           shelved_reason 128
 *   LIMIT   string u8 | kind u16 | mode u8 | per_element u8 | warning i32 | critical i32 |
 *           hysteresis u32 | raise_ms u32 | clear_ms u32; since 1.1, of a device and of the site
 *   TH      counts_read_ms i64 | expected u16 | 4 quantities (counts) | 1 quantity (status at place
 *           0); since 1.3, beside DEVICE
 *   SENSOR  number u8 | presence u8 | read_ms i64 | 8 quantities; since 1.3
 *   AGGREGATOR  index u32 | name 64 | address 256 | location 128 | label 64 | reach u8 |
 *           answered_ms i64; since 1.3, of the site
 *   IDENTITY  level u8 | number u16 | installed u32 (20260131) | cell_first u16 | name 64 |
 *           location 128 | label 64 | manufacturer 64 | model 64 | cell_label 32 | note 256 |
 *           runbook 256; since 1.3, of a device and of a TH controller
 *   REPLACED  string u8 | cell u8 | date u32 | serial 64; since 1.3
 *   QUANTITY  number u16 | ups u8 | string u8 | cell u8 | decimals u8 | factor i32 | raw i64 |
 *           validity u8 | read_ms i64 | low i64 | high i64 | name 64 | unit 12; since 1.3
 *   CHANNEL  module u8 | number u8 | kind u8 | string u8 | normal u8 (255: not told) |
 *           1 quantity | read_ms i64 | name 64 | label 64; since 1.3
 *   PART    device u8 (enum topo_device) | state u8 | string u8 | count u16 | name 64; since 1.3, of a
 *           device, a TH controller and the site
 *   EVENT   sequence u32 | what u8 | stored u8 | wall_ms i64 | the fields of ALARM as of 1.0
 *
 * To add a field: at the end of its record, with a new SNAPSHOT_MINOR; readers of older files find
 * records that are too small, so what 1.0 has stays what is asked for, and the get function gives
 * the new field a value of its own when the record ends before it. What a later ALARM has more goes
 * to the end of EVENT too. A new section: a new number, never one that was used.
 */
#ifndef BTMS_SNAPSHOT_FORMAT_H
#define BTMS_SNAPSHOT_FORMAT_H

#include "core/snapshot.h"

#define SNAPSHOT_MAGIC 0x42544d53u /* "BTMS" */

enum { HEADER_SIZE = 58, SECTION_HEADER_SIZE = 8, TRAILER_SIZE = 4 };

enum section {
    SECTION_DEVICE = 1,
    SECTION_UPS = 2,
    SECTION_STRINGS = 3,
    SECTION_CELLS = 4,
    SECTION_SITE = 5,
    SECTION_ENTRIES = 6,
    SECTION_ACTIVE = 7,
    SECTION_EVENTS = 8,
    SECTION_LIMITS = 9,
    SECTION_TH = 10,
    SECTION_SENSORS = 11,
    SECTION_IDENTITIES = 12,
    SECTION_QUANTITIES = 13,
    SECTION_CHANNELS = 14,
    SECTION_PARTS = 15,
    SECTION_AGGREGATORS = 16,
    SECTION_REPLACED = 17,
};

/* Where the get functions find them: index of struct snapshot's section[]. */
enum {
    SLOT_DEVICE = 0,
    SLOT_UPS = 1,
    SLOT_STRINGS = 2,
    SLOT_CELLS = 3,
    SLOT_LIMITS = 4,
    SLOT_IDENTITIES = 5,
    SLOT_QUANTITIES = 6,
    SLOT_CHANNELS = 7,
    SLOT_PARTS = 8,
    SLOT_REPLACED = 9,
    SLOT_SITE = 0,
    SLOT_ENTRIES = 1,
    SLOT_SITE_LIMITS = 2,
    SLOT_SITE_PARTS = 3,
    SLOT_AGGREGATORS = 4,
    SLOT_ACTIVE = 0,
    SLOT_EVENTS = 1,
    SLOT_TH_DEVICE = SLOT_DEVICE, /* snapshot_get_device() takes both */
    SLOT_SENSORS = 1,
    SLOT_TH_LIMITS = 2,
    SLOT_TH_IDENTITIES = 3,
    SLOT_TH = 4,
    SLOT_TH_PARTS = 5,
};

enum { VERSION_SIZE = 32, QUANTITY_SIZE = 5, IDENTITY_KEY_OCTETS = 3 };

enum {
    RECORD_DEVICE_LEAST = /* 1.0 */
    4 + NAME_SIZE + ADDRESS_SIZE + 2 * 4 + 1 + 8 + 3 * 4 + 5 * 8 + 3 * 2,
    RECORD_DEVICE = RECORD_DEVICE_LEAST + 1 + 3 * 4 + 2,
    RECORD_UPS = 2 + 8 + UPS_QUANTITIES * QUANTITY_SIZE,
    RECORD_STRING_LEAST = 6 + 3 * 8 + 13 * QUANTITY_SIZE, /* 1.0 */
    RECORD_STRING = 6 + 3 * 8 + STRING_QUANTITIES * QUANTITY_SIZE + 1 + 3,
    RECORD_CELL = 3 + CELL_QUANTITIES * QUANTITY_SIZE,
    RECORD_SITE = VERSION_SIZE + 2 * 4 + 8 + 4,
    RECORD_ENTRY_LEAST = 4 + NAME_SIZE, /* 1.0 */
    RECORD_ENTRY = RECORD_ENTRY_LEAST + 1,
    RECORD_LIMIT = 5 + 5 * 4,
    RECORD_AGGREGATOR = 4 + NAME_SIZE + ADDRESS_SIZE + PLACE_SIZE + NAME_SIZE + 1 + 8,
    RECORD_PART = 5 + NAME_SIZE,
    RECORD_TH = 8 + 2 + (TH_COUNTS + 1) * QUANTITY_SIZE,
    RECORD_IDENTITY = 9 + IDENTITY_NAME_SIZE + IDENTITY_LOCATION_SIZE + IDENTITY_LABEL_SIZE +
                      2 * IDENTITY_MADE_SIZE + IDENTITY_PATTERN_SIZE + IDENTITY_NOTE_SIZE +
                      IDENTITY_RUNBOOK_SIZE,
    RECORD_QUANTITY = 6 + 4 + 8 + 1 + 3 * 8 + NAME_SIZE + EVENT_UNIT_SIZE,
    RECORD_CHANNEL = 5 + QUANTITY_SIZE + 8 + 2 * NAME_SIZE,
    RECORD_REPLACED = 6 + IDENTITY_LABEL_SIZE,
    RECORD_SENSOR = 2 + 8 + TH_QUANTITIES * QUANTITY_SIZE,
    RECORD_ALARM = 35 + EVENT_UNIT_SIZE + EVENT_OBJECT_SIZE + EVENT_TEXT_SIZE + 8 + 13 + 3 * 8 +
                   2 * EVENT_BY_SIZE + 2 * EVENT_NOTE_SIZE,
    RECORD_EVENT = 4 + 2 + 8 + RECORD_ALARM,
};

#endif
