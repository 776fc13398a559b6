/* See facts.h. */
#include "facts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Who is told. */
struct listener {
    void (*each)(void *ctx, const struct fact *f);
    void *ctx;
};

static void text(const struct listener *l, const char *name, const char *value)
{
    if (*value != '\0')
        l->each(l->ctx, &(struct fact){.name = name, .type = FACT_TEXT, .text = value});
}

static void number(const struct listener *l, const char *name, uint64_t value)
{
    l->each(l->ctx, &(struct fact){.name = name, .type = FACT_NUMBER, .number = value});
}

static void if_any(const struct listener *l, const char *name, uint64_t value)
{
    if (value != 0)
        number(l, name, value);
}

static void flag(const struct listener *l, const char *name, bool value)
{
    l->each(l->ctx, &(struct fact){.name = name, .type = FACT_FLAG, .flag = value});
}

static void scaled(const struct listener *l, const char *name, int32_t value, int decimals)
{
    double divisor = 1;

    while (decimals-- > 0)
        divisor *= 10;
    l->each(l->ctx, &(struct fact){.name = name, .type = FACT_VALUE, .value = value / divisor});
}

static uint64_t seconds(int64_t ms)
{
    return ms > 0 ? (uint64_t)ms / 1000 : 0;
}

static void tell_numbers(const struct listener *l, const struct event *e, uint64_t store_id)
{
    char id[20] = "";

    if (store_id != 0)
        snprintf(id, sizeof(id), "%016" PRIx64, store_id);
    number(l, "sequence", e->sequence);
    number(l, "id", e->alarm.id);
    flag(l, "stored", e->stored);
    text(l, "store_id", id);
}

static void tell_object(const struct listener *l, const struct alarm *a)
{
    text(l, "object", a->object);
    if_any(l, "gateway", a->gateway);
    if_any(l, "ups", a->ups);
    if_any(l, "string", a->string);
    if_any(l, "cell", a->level == ALARM_OF_CELL ? a->cell : 0);
    if_any(l, "channel", a->level == ALARM_OF_CHANNEL ? a->cell : 0);
    if_any(l, "quantity", a->level == ALARM_OF_QUANTITY ? a->cell : 0);
}

static void tell_value(const struct listener *l, const struct alarm *a)
{
    if (a->has_value)
        scaled(l, "value", a->value, a->decimals);
    if (a->has_limit)
        scaled(l, "limit", a->limit, a->decimals);
    if (a->has_value && a->occurrences > 0)
        scaled(l, "peak", a->peak, a->decimals);
    if (a->has_value || a->has_limit)
        text(l, "unit", a->unit);
}

/* "device,limit": who says so. */
static void tell_sources(const struct listener *l, const struct alarm *a)
{
    char all[64] = "";

    for (int i = 0; i < ALARM_SOURCES; i++)
        if (a->sources >> i & 1)
            snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s%s", *all ? "," : "",
                     alarm_source_name(i));
    text(l, "sources", all);
}

static void tell_kind(const struct listener *l, const struct alarm *a)
{
    int row = alarm_row(a->kind);

    text(l, "kind", row >= 0 ? alarm_kinds[row].name : "");
    number(l, "kind_code", a->kind);
    text(l, "severity", alarm_severity_name((enum alarm_severity)a->severity));
}

void facts_of_event(const struct event *e, uint64_t store_id,
                    void (*each)(void *ctx, const struct fact *f), void *ctx)
{
    const struct listener l = {each, ctx};
    const struct alarm *a = &e->alarm;

    text(&l, "event", event_name(e->what));
    tell_numbers(&l, e, store_id);
    tell_kind(&l, a);
    tell_object(&l, a);
    tell_value(&l, a);
    tell_sources(&l, a);
    flag(&l, "stale", a->stale);
    number(&l, "raised", seconds(a->raised_ms));
    if (e->what == EVENT_CLEARED)
        number(&l, "lasted", seconds(e->wall_ms - a->raised_ms));
    if_any(&l, "occurrences", a->occurrences);
    if_any(&l, "cause", a->cause_id);
    if_any(&l, "suppressed", a->suppressed);
    if (a->acked_ms != 0)
        text(&l, "acknowledged", a->acked_by);
}

/* ---- names ------------------------------------------------------------------------------- */

static const char *name_of(const struct identities *ids, int level, int number)
{
    const struct identity *i = number != 0 ? identity_find(ids, level, number) : NULL;

    return i != NULL ? i->name : "";
}

void facts_of_place(const struct alarm *a, const struct identities *ids,
                    void (*each)(void *ctx, const struct fact *f), void *ctx)
{
    const struct listener l = {each, ctx};
    const struct identity_place p = {.device = "",
                                     .ups = a->ups,
                                     .string = a->string,
                                     .cell = a->cell,
                                     .sensor = a->level == ALARM_OF_SENSOR ? a->cell : 0};
    const struct identity *where = identity_with_location(ids, &p);
    const struct identity *advice = identity_with_advice(ids, &p);
    char label[IDENTITY_LABEL_SIZE] = "";

    if (a->level == ALARM_OF_CELL)
        identity_cell_label(identity_find(ids, ALARM_OF_STRING, a->string), a->cell, label);
    text(&l, "ups_name", name_of(ids, ALARM_OF_UPS, a->ups));
    text(&l, "string_name", name_of(ids, ALARM_OF_STRING, a->string));
    text(&l, "cell_label", label);
    text(&l, "sensor_name", name_of(ids, ALARM_OF_SENSOR, p.sensor));
    text(&l, "location", where != NULL ? where->location : "");
    text(&l, "note", advice != NULL ? advice->note : "");
    text(&l, "runbook", advice != NULL ? advice->runbook : "");
}
