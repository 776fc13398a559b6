/*
 * changes - the limits that hold, as text, and what has changed between two such texts.
 *
 * A line per setting: gateway, string, setting and value with a tab between them. Of the site all
 * limits are told, defaults too, as another version may have others; of gateways and strings what is
 * configured for them. Pure.
 */
#ifndef BTMS_CHANGES_H
#define BTMS_CHANGES_H

#include "config.h"

#include <stdbool.h>
#include <stddef.h>

/* In new memory; NULL without. `site` NULL: defaults. */
char *changes_write(const struct limit_settings *site, const struct gateway_config *gateway,
                    size_t gateways);

struct change {
    char gateway[NAME_SIZE]; /* "" for the site */
    int string;              /* 1..; 0: not of a string */
    char what[64];           /* "cellFloatLow warning" */
    char was[32], is[32];    /* "2.17 V"; "" where nothing was, or is, configured */
};

/* What is in one text only or with another value. False without memory: nothing was called. */
bool changes_each(const char *was, const char *is, void (*each)(void *ctx, const struct change *c),
                  void *ctx);

#endif
