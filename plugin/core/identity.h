/*
 * identity - what people call things, where these are, and what they should know of them.
 *
 * All of it comes from configuration and is for people: the numbers of the devices are what metrics,
 * indexes of the MIB, alarms and stored history go by, so anything here may change at any time. Where
 * nothing is configured, nothing looks different. Texts are UTF-8 without control characters. Pure.
 */
#ifndef BTMS_IDENTITY_H
#define BTMS_IDENTITY_H

#include "core/alarm.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    IDENTITY_NAME_SIZE = 64,
    IDENTITY_LOCATION_SIZE = 128,
    IDENTITY_LABEL_SIZE = 64, /* the label of a cell too */
    IDENTITY_MADE_SIZE = 64,  /* manufacturer, model */
    IDENTITY_PATTERN_SIZE = 32,
    IDENTITY_NOTE_SIZE = 256,
    IDENTITY_RUNBOOK_SIZE = 256,
    IDENTITY_FIRST_MAX = 9999,
};

/* Of one gateway, UPS, string or sensor; "" and 0: not told. */
struct identity {
    uint8_t level;   /* enum alarm_level */
    uint16_t number; /* 1..; 0 of a gateway or TH controller */
    char name[IDENTITY_NAME_SIZE];
    char location[IDENTITY_LOCATION_SIZE];
    char label[IDENTITY_LABEL_SIZE]; /* what is written on it, or what an inventory calls it */
    char manufacturer[IDENTITY_MADE_SIZE], model[IDENTITY_MADE_SIZE];
    uint32_t installed; /* 20260131 */
    char cell_label[IDENTITY_PATTERN_SIZE];
    uint16_t cell_first; /* what is written on cell 1 */
    char note[IDENTITY_NOTE_SIZE];
    char runbook[IDENTITY_RUNBOOK_SIZE]; /* URL */
};

/* Of one device, ascending by level, then number; on the heap. */
struct identities {
    struct identity *of;
    size_t n;
};

/* A cell that a person says was replaced, the last time it was. */
struct replacement {
    uint8_t string, cell; /* 1.. */
    uint32_t date;        /* 20260131 */
    char serial[IDENTITY_LABEL_SIZE];
};

/* What it is found by. */
uint32_t identity_key(int level, int number);

/* The one of this key, NULL if there is none; added, with nothing told, NULL without memory. Valid
 * until the next is added. `ids` may be NULL. */
const struct identity *identity_find(const struct identities *ids, int level, int number);
struct identity *identity_add(struct identities *ids, int level, int number);
void identities_free(struct identities *ids);

/* ---- checks: NULL, or what is wrong, for the end of a sentence ------------------------------ */

/* Whole UTF-8 characters, none of them a control character. */
const char *identity_text_fault(const char *text);

/* "2026-01-31" to 20260131: a day of the calendar, from 1900 on. */
const char *identity_read_date(const char *text, uint32_t *ret);
void identity_write_date(uint32_t date, char ret[16]);

/* "R2-S%02d": one %d, perhaps with a width up to 9 and a leading 0, and %% for a percent sign. */
const char *identity_pattern_fault(const char *pattern);

/* "http://..." or "https://...", without blanks. */
const char *identity_url_fault(const char *url);

/* ---- words ---------------------------------------------------------------------------------- */

/* Ends `text` before a character that was cut in its middle. */
void identity_trim(char *text);

/* The label of a cell (1..) of a string; "" where there is no pattern. */
void identity_cell_label(const struct identity *string, int cell, char ret[IDENTITY_LABEL_SIZE]);

/* Something of a gateway, or of a TH controller; 0: does not apply. */
struct identity_place {
    const char *device;
    int ups, string, cell;
    int sensor;
    bool th, line; /* it is a TH controller, a serial line; else a gateway */
};

/* The most specific of string, sensor, UPS and device that says where it is, or that has a note or
 * URL: NULL if none does. */
const struct identity *identity_with_location(const struct identities *ids,
                                              const struct identity_place *p);
const struct identity *identity_with_advice(const struct identities *ids,
                                            const struct identity_place *p);

/* `gw-a / UPS 2 "UPS-A" / string 3 "A1" / cell 17 "R2-S17" (hall 2, row B)`, and the same in a
 * sentence: `gateway "gw-a" string 3 "A1" cell 17 "R2-S17" (hall 2, row B)`, of a string without its
 * UPS. Where there is no room the location goes first, then names are cut, that of the UPS first;
 * numbers always stay. An object that is the gateway itself is its name and nothing else. */
void identity_write_object(const struct identities *ids, const struct identity_place *p, char *ret,
                           size_t size);
void identity_write_subject(const struct identities *ids, const struct identity_place *p, char *ret,
                            size_t size);

#endif
