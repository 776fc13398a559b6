/*
 * names - what people call the things of a site: as alarms show it, and as `btmsctl labels` lists it.
 */
#ifndef BTMS_CTL_NAMES_H
#define BTMS_CTL_NAMES_H

#include "core/event.h"
#include "core/identity.h"

#include <stdbool.h>

/* The devices that StateDir lists, with what is configured of them. */
struct names {
    struct names_device {
        uint32_t index;
        struct identities identities;
    } * of;
    size_t n;
};

/* What cannot be read is as if nothing were configured. */
struct names names_read(const char *state_dir);
void names_free(struct names *n);

/* Note and URL of the nearest thing that has any; NULL for none. */
const struct identity *names_advice(const struct names *n, const struct alarm *a);

/* ---- btmsctl labels, in labels.c ----------------------------------------------------------- */

enum labels_form { LABELS_LINES, LABELS_JSON, LABELS_PROMETHEUS };

/* `cells`: these too. The exit status. */
int labels_print(const char *state_dir, enum labels_form form, bool cells);

#endif
