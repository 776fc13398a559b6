/* See cause.h. Kinds are numbers of BtmsAlarmKind: a rule may speak of one that nobody raises yet. */
#include "cause.h"

enum scope { OF_SITE, OF_GATEWAY, OF_UPS, OF_STRING };

/* clang-format off */
static const uint16_t of_network[] = {ALARM_GATEWAY_COMM_LOST, ALARM_TH_COMM_LOST, ALARM_IO_COMM_LOST,
                                      ALARM_AGGREGATOR_COMM_LOST, ALARM_SUPPLY_SUSPECTED, 0};
static const uint16_t cells_lost[] = {ALARM_CELL_COMM_LOST, 0};
static const uint16_t of_lost_string[] = {ALARM_STRING_CELLS_LOST, ALARM_CELL_COMM_LOST, 0};
static const uint16_t of_disconnected[] = {ALARM_RELAY_NOT_NORMAL, 0};
static const uint16_t of_current[] = {42, 43, 48, 51, 59, 60, 0};
/* Discharging, state of charge, and what the device itself says of voltage and current then. */
static const uint16_t of_discharge[] = {26, 41, 43, 44, 53, 90, 0};
/* A limit of these that is passed in discharge is one of discharge: that is news. */
static const uint16_t by_device[] = {41, 43, 0};

/* The nearest cause first. */
static const struct rule {
    uint16_t cause;
    enum scope scope;
    const uint16_t *kinds; /* NULL: all */
} rules[] = {
    {ALARM_STRING_CELLS_LOST, OF_STRING, cells_lost},
    {ALARM_STRING_COMM_LOST, OF_STRING, of_lost_string},
    {ALARM_STRING_DISCONNECTED, OF_STRING, of_disconnected},
    {46, OF_STRING, of_current}, /* Hall sensor disconnected */
    {ALARM_GATEWAY_COMM_LOST, OF_GATEWAY, NULL},
    {ALARM_TH_COMM_LOST, OF_GATEWAY, NULL},
    {ALARM_SITE_NETWORK_LOST, OF_SITE, of_network},
    {94, OF_UPS, of_discharge}, /* UPS on battery */
};
/* clang-format on */

enum { RULES = sizeof(rules) / sizeof(rules[0]) };

static bool among(const uint16_t *kinds, uint16_t kind)
{
    if (kinds == NULL)
        return true;
    while (*kinds != 0 && *kinds != kind)
        kinds++;
    return *kinds == kind;
}

static bool is_shelf(uint16_t kind)
{
    return kind == ALARM_MAINTENANCE || kind == ALARM_COMMISSIONING;
}

bool cause_is_crowd(const struct alarm *a)
{
    int row = alarm_row(a->kind);

    if (row < 0 || cause_is_ours(a->kind))
        return false;
    return (a->level == ALARM_OF_STRING && alarm_kinds[row].level == ALARM_OF_CELL) ||
           (a->level == ALARM_OF_SITE &&
            (alarm_kinds[row].level == ALARM_OF_CELL || alarm_kinds[row].level == ALARM_OF_STRING));
}

bool cause_matters(const struct alarm *a)
{
    for (int i = 0; i < RULES; i++)
        if (rules[i].cause == a->kind)
            return true;
    return is_shelf(a->kind) || a->kind == ALARM_SUPPLY_SUSPECTED || cause_is_crowd(a);
}

bool cause_is_ours(uint16_t kind)
{
    static const uint16_t ours[] = {ALARM_IO_COMM_LOST,
                                    ALARM_TOPOLOGY_MISMATCH,
                                    ALARM_OVERFLOW,
                                    ALARM_STORE_FAULT,
                                    ALARM_SITE_NETWORK_LOST,
                                    ALARM_SUPPLY_SUSPECTED,
                                    ALARM_AGGREGATOR_COMM_LOST,
                                    ALARM_TEST,
                                    ALARM_MAINTENANCE,
                                    ALARM_COMMISSIONING,
                                    ALARM_CONFIG_CHANGED,
                                    ALARM_CELL_REPLACED,
                                    0};

    return among(ours, kind) && kind != 0;
}

bool cause_is_observed(uint16_t kind)
{
    static const uint16_t observed[] = {ALARM_IO_COMM_LOST,         ALARM_TOPOLOGY_MISMATCH,
                                        ALARM_SITE_NETWORK_LOST,    ALARM_SUPPLY_SUSPECTED,
                                        ALARM_AGGREGATOR_COMM_LOST, 0};

    return among(observed, kind) && kind != 0;
}

bool cause_is_of_link(uint16_t kind)
{
    return kind == ALARM_GATEWAY_COMM_LOST || kind == ALARM_TH_COMM_LOST;
}

bool cause_is_agents(uint16_t kind)
{
    return kind == ALARM_COLLECTOR_DOWN || kind == ALARM_EVENTS_DROPPED;
}

bool cause_is_momentary(uint16_t kind)
{
    return kind == ALARM_EVENTS_DROPPED || kind == ALARM_CONFIG_CHANGED ||
           kind == ALARM_CELL_REPLACED;
}

static bool inside(const struct alarm *cause, const struct alarm *a, enum scope scope)
{
    if (scope == OF_SITE)
        return true;
    if (cause->gateway == 0 || cause->gateway != a->gateway)
        return false;
    return scope == OF_GATEWAY || (scope == OF_UPS && cause->ups == a->ups && a->ups != 0) ||
           (scope == OF_STRING && cause->string == a->string && a->string != 0);
}

static bool is_news(const struct rule *r, const struct alarm *a)
{
    return r->kinds == of_discharge && among(by_device, a->kind) &&
           (a->sources & ALARM_SOURCE_LIMIT) != 0;
}

static bool follows(const struct rule *r, const struct alarm *cause, const struct alarm *a)
{
    return r->cause == cause->kind && a->kind != cause->kind && among(r->kinds, a->kind) &&
           !is_news(r, a) && inside(cause, a, r->scope);
}

bool cause_is_one_of(const struct alarm *crowd, const struct alarm *a)
{
    if (crowd->kind != a->kind || !cause_is_crowd(crowd))
        return false;
    return crowd->level == ALARM_OF_SITE ? a->level == ALARM_OF_STRING
                                         : a->level == ALARM_OF_CELL && inside(crowd, a, OF_STRING);
}

bool cause_is_alone(uint16_t kind)
{
    static const uint16_t alone[] = {ALARM_CELL_LOST_IN_DISCHARGE, ALARM_THERMAL_RUNAWAY,
                                     ALARM_INSULATION_LOW,         ALARM_STRING_DISCONNECTED,
                                     ALARM_AUX_INPUT_ACTIVE,       0};

    return among(alone, kind);
}

/* What we raise ourselves has no cause but what a person does, or has done; or the network. */
static bool may_follow(uint16_t kind)
{
    return !cause_is_ours(kind) || cause_is_observed(kind);
}

bool cause_explains(const struct alarm *cause, const struct alarm *a)
{
    for (int i = 0; i < RULES; i++)
        if (follows(&rules[i], cause, a))
            return may_follow(a->kind);
    return cause_is_one_of(cause, a);
}

/* Rules are in order of nearness, so each is asked of all alarms before the next. */
const struct alarm *cause_of(const struct alarm *standing, size_t n, const struct alarm *a)
{
    if (!may_follow(a->kind))
        return NULL;
    for (int r = 0; r < RULES; r++)
        for (size_t i = 0; i < n; i++)
            if (follows(&rules[r], &standing[i], a))
                return &standing[i];
    for (size_t i = 0; i < n; i++)
        if (cause_is_one_of(&standing[i], a))
            return &standing[i];
    return NULL;
}

/* ---- maintenance ------------------------------------------------------------------------- */

static bool covers(const struct alarm *shelf, const struct alarm *a)
{
    if (shelf->level == ALARM_OF_SITE)
        return true;
    if (shelf->gateway != a->gateway)
        return false;
    switch ((enum alarm_level)shelf->level) {
    case ALARM_OF_UPS:
        return a->ups == shelf->ups;
    case ALARM_OF_STRING:
        return a->string == shelf->string;
    case ALARM_OF_CELL:
        return a->level == ALARM_OF_CELL && a->string == shelf->string && a->cell == shelf->cell;
    case ALARM_OF_SENSOR:
        return a->level == ALARM_OF_SENSOR && a->cell == shelf->cell;
    case ALARM_OF_GATEWAY:
    case ALARM_OF_SITE:
    case ALARM_OF_CHANNEL:
    case ALARM_OF_QUANTITY:
        break;
    }
    return true;
}

/* Nobody works on this system itself when he works on batteries. */
static bool can_be_shelved(uint16_t kind)
{
    return !cause_is_agents(kind) && (!cause_is_ours(kind) || cause_is_observed(kind));
}

const struct alarm *cause_shelf(const struct alarm *standing, size_t n, const struct alarm *a)
{
    const struct alarm *best = NULL;

    for (size_t i = 0; i < n && can_be_shelved(a->kind); i++)
        if (is_shelf(standing[i].kind) && covers(&standing[i], a) &&
            (best == NULL || standing[i].shelved_until_ms > best->shelved_until_ms))
            best = &standing[i];
    return best;
}

/* A value of 1 is the person's word. */
bool cause_shelf_mutes(const struct alarm *shelf, const struct alarm *a)
{
    return !alarm_is_safety(a->kind) || (shelf->has_value && shelf->value == 1);
}

bool cause_is_urgent(const struct alarm *a)
{
    return a->severity >= ALARM_CRITICAL || a->kind == ALARM_CELL_LOST_IN_DISCHARGE;
}

/* ---- floods ------------------------------------------------------------------------------ */

void cause_bucket_init(struct cause_bucket *b, unsigned burst, unsigned per_s, int64_t now)
{
    *b = (struct cause_bucket){burst, per_s, 1000LL * burst, now};
}

static void fill(struct cause_bucket *b, int64_t now)
{
    int64_t full = 1000LL * b->burst, more = now - b->filled_ms;

    if (more > 0)
        b->level = more < full ? b->level + more * b->per_s : full;
    b->level = b->level < full ? b->level : full;
    b->filled_ms = now;
}

bool cause_bucket_take(struct cause_bucket *b, int64_t now)
{
    if (b->burst == 0)
        return true;
    fill(b, now);
    if (b->level < 1000)
        return false;
    b->level -= 1000;
    return true;
}

bool cause_bucket_calm(struct cause_bucket *b, int64_t now)
{
    fill(b, now);
    return b->level >= 500LL * b->burst;
}
