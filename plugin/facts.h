/*
 * facts - what there is to say of an event, each by its name: the metadata of collectd's
 * notifications, so that nobody has to take a sentence apart. The names are those of
 * "btmsctl log --json". What does not apply is left out.
 */
#ifndef BTMS_FACTS_H
#define BTMS_FACTS_H

#include "core/event.h"
#include "core/identity.h"

enum fact_type { FACT_TEXT, FACT_NUMBER, FACT_VALUE, FACT_FLAG };

struct fact {
    const char *name;
    enum fact_type type;
    union {
        const char *text;
        uint64_t number;
        double value; /* in its unit */
        bool flag;
    };
};

/* Calls `each` with one after the other; texts live no longer than the call. `store_id`: of the store
 * that gave the numbers, 0 = not known yet. */
void facts_of_event(const struct event *e, uint64_t store_id,
                    void (*each)(void *ctx, const struct fact *f), void *ctx);

/* What people call the thing that `a` is of, where it is, and what they should know: "ups_name",
 * "string_name", "cell_label", "location", "note" and "runbook". */
void facts_of_place(const struct alarm *a, const struct identities *ids,
                    void (*each)(void *ctx, const struct fact *f), void *ctx);

#endif
