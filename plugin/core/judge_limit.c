/* See judge_own.h: values against limits, in the mode that their string is in. */
#include "core/judge_own.h"

/* ---- what holds -------------------------------------------------------------------------- */

static bool discharges(const struct judge *j, int u)
{
    for (int s = 0; s < STRING_MAX; s++)
        if (j->string[s].mode.mode == MODE_DISCHARGE &&
            string_is(&j->gateway->string[s], STRING_UPS_ID, u + 1))
            return true;
    return false;
}

static enum mode mode_of(const struct judge *j, struct object o)
{
    if (o.level == ALARM_OF_UPS)
        return discharges(j, o.index) ? MODE_DISCHARGE : MODE_UNKNOWN;
    return j->string[o.index].mode.mode;
}

void judge_watch_cells(struct judge *j, struct judge_string *js)
{
    js->watches = 0;
    for (int i = 0; i < LIMITS; i++) {
        const struct alarm_kind *k = &alarm_kinds[j->kind_row[i]];
        const struct limit *l = &js->limit[i];
        int32_t at = l->warning != LIMIT_OFF ? l->warning : l->critical;

        if (k->level == ALARM_OF_CELL && limit_rows[i].quantity >= 0 && at != LIMIT_OFF &&
            limit_rows[i].modes >> js->mode.mode & 1)
            js->watch[js->watches++] =
                (struct judge_watch){(uint8_t)limit_rows[i].quantity, k->worse, at};
    }
}

void judge_resolve(struct judge *j, struct judge_string *js)
{
    for (int i = 0; i < LIMITS; i++)
        js->limit[i] = limits_resolve(js->scope, &js->basis, (enum limit_id)i);
    judge_watch_cells(j, js);
}

/* ---- a sample ---------------------------------------------------------------------------- */

int judge_reached(const struct limit *l, int worse, int32_t value, int standing)
{
    const int32_t at[2] = {l->warning, l->critical};
    int ret = 0;

    for (int i = 0; i < 2; i++) {
        int64_t past = ((int64_t)value - at[i]) * worse;

        if (at[i] != LIMIT_OFF && (past > 0 || (standing > i && past > -l->hysteresis)))
            ret = i + 1;
    }
    return ret;
}

static const struct limit *limits_of(const struct judge *j, struct object o)
{
    return o.level == ALARM_OF_UPS ? j->ups_limit : j->string[o.index].limit;
}

struct finding {
    int level;
    uint8_t by;
};

/* The limits `from` to before `to` are of one kind. A limit that is not in force in this mode raises
 * nothing, but what it raised before ends only past its own hysteresis. */
static struct finding examine(const struct judge *j, struct object o, int from, int to,
                              const struct leg *leg, int32_t value)
{
    int standing = leg_level(leg), worse = alarm_kinds[j->kind_row[from]].worse;
    struct finding ret = {0, leg->by};
    bool any = false;

    for (int i = from; i < to; i++) {
        bool in_force = (limit_rows[i].modes >> mode_of(j, o) & 1) != 0;
        bool mine = standing > 0 && (leg->by == i || leg->by == BY_UNKNOWN);
        int level;

        if (!in_force && !mine)
            continue;
        any = true;
        level = judge_reached(&limits_of(j, o)[i], worse, value, mine ? standing : 0);
        if (!in_force && level > standing)
            level = standing;
        if (level > ret.level)
            ret = (struct finding){level, (uint8_t)i};
    }
    return any ? ret : (struct finding){standing, leg->by};
}

/* The number told is the one of the level that counts. */
static int32_t number_of(const struct limit *l, int level)
{
    int32_t of_level = level == 2 ? l->critical : l->warning;

    if (of_level != LIMIT_OFF)
        return of_level;
    return level == 2 ? l->warning : l->critical;
}

static void take_limit(const struct judge *j, struct condition *c, struct object o)
{
    const struct leg *leg = &c->leg[LEG_OF_LIMIT];

    if (leg->by == BY_UNKNOWN && leg_state(leg) != LEG_IDLE)
        return; /* what was told before the start */
    c->has_limit = leg_state(leg) != LEG_IDLE;
    if (c->has_limit)
        c->limit = number_of(&limits_of(j, o)[leg->by], leg_level(leg));
    c->has_limit &= c->limit != LIMIT_OFF;
}

/* What stood before the start was raised by the limit that has the number told with it; by which is
 * not known where the configuration has changed since. */
static void find_origin(const struct judge *j, struct condition *c, struct object o, int from,
                        int to)
{
    struct leg *leg = &c->leg[LEG_OF_LIMIT];

    for (int i = from; i < to && leg->by == BY_UNKNOWN && c->has_limit; i++)
        if (number_of(&limits_of(j, o)[i], leg_level(leg)) == c->limit)
            leg->by = (uint8_t)i;
}

static struct leg_rule limit_rule(const struct judge *j, struct object o, int id)
{
    const struct limit *l = &limits_of(j, o)[id];
    int samples = mode_of(j, o) == MODE_DISCHARGE ? 1 : limit_rows[id].samples;

    return (struct leg_rule){
        {l->raise_ms, l->raise_ms},
        l->clear_ms, (uint8_t)samples
    };
}

static void judge_limit(struct judge *j, struct object o, int from, int to, struct reading r,
                        int64_t now)
{
    static const struct leg none = {.by = BY_UNKNOWN};
    int row = j->kind_row[from];
    struct condition *c = judge_find(j, row, o);
    struct leg *leg = c != NULL ? &c->leg[LEG_OF_LIMIT] : NULL;
    struct leg_rule rule;
    struct finding f;

    if (!validity_usable(r.validity))
        return;
    if (c != NULL)
        find_origin(j, c, o, from, to);
    f = examine(j, o, from, to, leg != NULL ? leg : &none, r.value);
    if (leg != NULL && r.validity == VALIDITY_BEYOND && f.level < leg_level(leg))
        f = (struct finding){leg_level(leg), leg->by};
    if (c == NULL && f.level > 0)
        c = judge_add(j, row, o);
    if (c == NULL)
        return;
    judge_take_value(c, alarm_kinds[row].worse, &r);
    if (f.level > 0)
        c->leg[LEG_OF_LIMIT].by = f.by;
    judge_refresh(c, LEG_OF_LIMIT);
    rule = limit_rule(j, o, f.by >= from && f.by < to ? f.by : from);
    leg_see(&c->leg[LEG_OF_LIMIT], &rule, f.level, now);
    take_limit(j, c, o);
    judge_settle(j, c, now);
}

void judge_derived_limit(struct judge *j, struct object o, enum limit_id id, struct reading r,
                         int64_t now)
{
    judge_limit(j, o, id, id + 1, r, now);
}

static bool judged(const struct judge *j, struct object o, int q)
{
    return o.level != ALARM_OF_STRING || q != STRING_CURRENT ||
           judge_current_usable(&j->gateway->string[o.index]);
}

void judge_limit_over(struct judge *j, struct object o, enum limit_id id, struct reading r,
                      int64_t now)
{
    struct condition *c = judge_find(j, j->kind_row[id], o);
    struct leg_rule rule;

    if (c == NULL)
        return;
    rule = limit_rule(j, o, id);
    judge_take_value(c, alarm_kinds[j->kind_row[id]].worse, &r);
    judge_refresh(c, LEG_OF_LIMIT);
    leg_see(&c->leg[LEG_OF_LIMIT], &rule, 0, now);
    judge_settle(j, c, now);
}

void judge_limits(struct judge *j, struct object o, const int32_t *value, const uint8_t *validity,
                  int64_t now)
{
    for (int from = 0, to; from < LIMITS; from = to) {
        int q = limit_rows[from].quantity;

        for (to = from + 1; to < LIMITS && j->kind_row[to] == j->kind_row[from]; to++)
            ;
        if (q >= 0 && alarm_kinds[j->kind_row[from]].level == o.level && judged(j, o, q))
            judge_limit(j, o, from, to, (struct reading){value[q], validity[q]}, now);
    }
}
