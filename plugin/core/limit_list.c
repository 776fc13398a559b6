/* See limit_list.h. */
#include "core/limit_list.h"

#define IN(mode) (1 << MODE_##mode)

/* A limit for other modes needs a number of its own here and in the MIB. */
static uint8_t mode_of(const struct limit_row *row)
{
    switch (row->modes) {
    case IN(FLOAT):
        return SNAPSHOT_IN_FLOAT;
    case IN(DISCHARGE):
        return SNAPSHOT_IN_DISCHARGE;
    case IN(EQUALIZE) | IN(RECHARGE) | IN(SETTLING):
        return SNAPSHOT_IN_BOOST;
    case IN(FLOAT) | IN(EQUALIZE):
        return SNAPSHOT_IN_CHARGED;
    default:
        return SNAPSHOT_IN_ANY;
    }
}

static bool before(const struct snapshot_limit *a, const struct snapshot_limit *b)
{
    return a->kind != b->kind ? a->kind < b->kind : a->mode < b->mode;
}

/* Puts it in its place among the `n` that are there. */
static void insert(struct snapshot_limit *list, size_t n, struct snapshot_limit l)
{
    for (; n > 0 && before(&l, &list[n - 1]); n--)
        list[n] = list[n - 1];
    list[n] = l;
}

static struct snapshot_limit shown(enum limit_id id, const struct limit *is)
{
    return (struct snapshot_limit){
        .kind = limit_rows[id].kind,
        .mode = mode_of(&limit_rows[id]),
        .warning = is->warning,
        .critical = is->critical,
        .hysteresis = (uint32_t)is->hysteresis,
        .raise_ms = (uint32_t)is->raise_ms,
        .clear_ms = (uint32_t)is->clear_ms,
    };
}

/* A cell of one element, in mV; and ten of them as a string, whose 0.01 V are mV of each. */
static const struct limit_basis element = {.cell_type = CELL_TYPE_2V, .cells = 10};

size_t limit_list_general(const limit_scope scope, struct snapshot_limit ret[LIMITS])
{
    for (size_t i = 0; i < LIMITS; i++) {
        struct limit is = limits_resolve(scope, &element, (enum limit_id)i);
        struct snapshot_limit l = shown((enum limit_id)i, &is);

        l.per_element = limit_rows[i].scale == LIMIT_PER_ELEMENT;
        insert(ret, i, l);
    }
    return LIMITS;
}

size_t limit_list_string(int string, const struct limit is[LIMITS],
                         struct snapshot_limit ret[LIMITS])
{
    size_t n = 0;

    for (size_t i = 0; i < LIMITS; i++) {
        struct snapshot_limit l = shown((enum limit_id)i, &is[i]);

        l.string = (uint8_t)string;
        if (alarm_kinds[alarm_row(l.kind)].level != ALARM_OF_UPS)
            insert(ret, n++, l);
    }
    return n;
}
