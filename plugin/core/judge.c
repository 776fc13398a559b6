/* See judge.h: samples into conditions, conditions into verdicts. */
#include "core/judge.h"

#include <stddef.h>
#include <string.h>

/* When a gateway is lost all that stands grows stale at once: that must not push news out of queues. */
enum { CHANGES_MOST = 64, CELL_CONDITIONS_MAX = CONDITIONS_MAX - 4096 };

enum { BY_UNKNOWN = LIMITS }; /* stood before the start: any limit in force may end it */

/* ---- conditions into verdicts ------------------------------------------------------------ */

static const limit_scope *scope_of(const struct judge *j, struct object o)
{
    return o.level == ALARM_OF_STRING || o.level == ALARM_OF_CELL ? &j->string[o.index].scope
                                                                  : &j->scope;
}

static enum alarm_source others_of(const struct alarm_kind *k)
{
    return k->sources & ALARM_SOURCE_INTERNAL ? ALARM_SOURCE_INTERNAL : ALARM_SOURCE_DERIVED;
}

static void tell(struct judge *j, const struct condition *c, enum condition_news news, bool flaps)
{
    struct object o = condition_object(c);
    const struct verdict v = {
        .news = news,
        .row = condition_row(c),
        .object = o,
        .severity = (enum alarm_severity)c->severity,
        .sources = c->sources,
        .stale = c->stale,
        .has_value = c->has_value,
        .has_limit = c->has_limit,
        .value = c->value,
        .limit = c->limit,
        .peak = c->peak,
        .flaps = flaps,
        .note = j->note,
    };

    if (o.level == ALARM_OF_CELL && news == CONDITION_RAISED)
        j->string[o.index].told_cells++;
    if (o.level == ALARM_OF_CELL && news == CONDITION_CLEARED)
        j->string[o.index].told_cells--;
    j->tell(j->ctx, &v);
}

/* Joins the legs, tells, and removes what is idle: `c` is not to be used after. */
static void settle(struct judge *j, struct condition *c, int64_t now)
{
    int row = condition_row(c);
    const limit_scope *scope = scope_of(j, condition_object(c));
    struct alarm_rule rule = alarm_rule(*scope, row);
    const struct condition_join how = {
        .severity = {rule.severity[0], rule.severity[1]},
        .others = others_of(&alarm_kinds[row]),
        .flap_raises = limits_flap_raises(*scope),
        .news_only = j->changes == 0,
    };
    bool flaps;
    enum condition_news news = condition_join(c, &how, now, &flaps);

    j->changes -= news == CONDITION_CHANGED;
    if (news != CONDITION_SAME)
        tell(j, c, news, flaps);
    if (how.flap_raises == 0)
        c->raises = 0;
    if (condition_idle(c, now))
        conditions_remove(&j->conditions, c);
}

static struct condition *find(const struct judge *j, int row, struct object o)
{
    return conditions_find(&j->conditions, condition_key(row, o));
}

/* A storm over all cells leaves room for strings, the gateway, and cells that are lost. */
static struct condition *add(struct judge *j, int row, struct object o)
{
    bool many = o.level == ALARM_OF_CELL && !(alarm_kinds[row].sources & ALARM_SOURCE_INTERNAL);

    if (many && j->conditions.count >= CELL_CONDITIONS_MAX) {
        j->conditions.full = true;
        return NULL;
    }
    if (o.level == ALARM_OF_CELL)
        j->string[o.index].busy[o.cell / 64] |= (uint64_t)1 << o.cell % 64;
    return conditions_add(&j->conditions, condition_key(row, o));
}

static bool quiet(const struct condition *c)
{
    for (int i = 0; i < LEGS; i++)
        if (c->leg[i].in != 0 || c->leg[i].out != 0)
            return false;
    return true;
}

static void take_value(struct condition *c, int worse, const struct reading *r)
{
    bool fresh = quiet(c) || !c->has_value;

    if (r == NULL || !validity_usable(r->validity))
        return;
    c->has_value = true;
    c->value = r->value;
    if (fresh || ((int64_t)r->value - c->peak) * worse > 0)
        c->peak = r->value;
}

/* A sample of what it stands for: the data are fresh. (That they grow stale is tick()'s to say.) */
static void refresh(struct condition *c, int leg)
{
    if (leg_state(&c->leg[leg]) != LEG_IDLE)
        c->stale = false;
}

/* ---- the device, and what is derived ----------------------------------------------------- */

static struct leg_rule rule_of(const struct judge *j, int row, struct object o)
{
    struct alarm_rule r = alarm_rule(*scope_of(j, o), row);

    return (struct leg_rule){
        {r.raise_ms[0], r.raise_ms[1]},
        r.clear_ms, 1
    };
}

static void see(struct judge *j, int row, struct object o, int leg, int level,
                const struct reading *value, bool held, int64_t now)
{
    struct condition *c = find(j, row, o);
    struct leg_rule rule;

    if (c == NULL && level > 0)
        c = add(j, row, o);
    if (c == NULL)
        return;
    rule = rule_of(j, row, o);
    take_value(c, alarm_kinds[row].worse, value);
    refresh(c, leg);
    c->leg[leg].held = held;
    leg_see(&c->leg[leg], &rule, level, now);
    settle(j, c, now);
}

void judge_see(struct judge *j, uint16_t kind, struct object o, int level,
               const struct reading *value, int64_t now)
{
    see(j, alarm_row(kind), o, LEG_OF_OTHERS, level, value, false, now);
}

void judge_set(struct judge *j, int row, struct object o, bool on, int64_t now)
{
    see(j, row, o, LEG_OF_OTHERS, on, NULL, true, now);
}

bool judge_holds(const struct judge *j, int row, struct object o)
{
    const struct condition *c = find(j, row, o);

    return c != NULL && c->leg[LEG_OF_OTHERS].in > 0;
}

bool judge_stands(const struct judge *j, int row, struct object o)
{
    const struct condition *c = find(j, row, o);

    return c != NULL && c->told;
}

/* An error that the device does not explain, where something else on the same object does. */
static bool explained(const struct judge *j, const struct alarm_kind *error, struct object o)
{
    if (o.level == ALARM_OF_STRING && j->string[o.index].told_cells > 0)
        return true;
    for (int row = 0; row < alarm_kind_count; row++)
        if (alarm_kinds[row].level == o.level && &alarm_kinds[row] != error &&
            !(alarm_kinds[row].sources & ALARM_SOURCE_INTERNAL) &&
            alarm_kinds[row].severity > ALARM_INFO && judge_stands(j, row, o))
            return true;
    return false;
}

static bool held_back(const struct judge *j, int row, struct object o)
{
    const struct alarm_kind *k = &alarm_kinds[row];

    return (k->number == ALARM_STRING_ERROR || k->number == ALARM_CELL_ERROR) &&
           alarm_rule(*scope_of(j, o), row).raise_ms[0] > 0 && !judge_stands(j, row, o) &&
           explained(j, k, o);
}

static void judge_device(struct judge *j, struct object o, const int32_t *value,
                         const uint8_t *validity, int64_t now)
{
    for (int row = 0; row < alarm_kind_count; row++) {
        const struct alarm_kind *k = &alarm_kinds[row];
        struct reading r = {.validity = VALIDITY_ABSENT};
        bool is;

        if (k->level != o.level || k->test == ALARM_BY_OWNER ||
            !validity_usable(validity[k->quantity]))
            continue;
        is = alarm_holds(k, value[k->quantity]);
        if (k->shows >= 0)
            r = (struct reading){value[k->shows], validity[k->shows]};
        see(j, row, o, LEG_OF_DEVICE, is && !held_back(j, row, o), &r, false, now);
    }
}

/* ---- limits ------------------------------------------------------------------------------ */

/* Which level a value reaches; one that counts already is left only past the hysteresis. */
static int reached(const struct limit *l, int worse, int32_t value, int standing)
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

static enum mode mode_of(const struct judge *j, struct object o);

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
        bool mine = standing > 0 && (leg->by == i || (leg->by == BY_UNKNOWN && in_force));
        int level;

        if (!in_force && !mine)
            continue;
        any = true;
        level = reached(&limits_of(j, o)[i], worse, value, mine ? standing : 0);
        if (!in_force && level > standing)
            level = standing;
        if (level > ret.level)
            ret = (struct finding){level, (uint8_t)i};
    }
    return any ? ret : (struct finding){standing, leg->by};
}

/* The limit told is the one of the level that counts. */
static void take_limit(const struct judge *j, struct condition *c, struct object o)
{
    const struct leg *leg = &c->leg[LEG_OF_LIMIT];
    bool second = leg_level(leg) == 2;

    c->has_limit = leg_state(leg) != LEG_IDLE && leg->by < LIMITS;
    if (!c->has_limit)
        return;
    c->limit = second ? limits_of(j, o)[leg->by].critical : limits_of(j, o)[leg->by].warning;
    if (c->limit == LIMIT_OFF)
        c->limit = second ? limits_of(j, o)[leg->by].warning : limits_of(j, o)[leg->by].critical;
    c->has_limit = c->limit != LIMIT_OFF;
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
    struct condition *c = find(j, row, o);
    struct leg *leg = c != NULL ? &c->leg[LEG_OF_LIMIT] : NULL;
    struct leg_rule rule;
    struct finding f;

    if (!validity_usable(r.validity))
        return;
    f = examine(j, o, from, to, leg != NULL ? leg : &none, r.value);
    if (leg != NULL && r.validity == VALIDITY_BEYOND && f.level < leg_level(leg))
        f = (struct finding){leg_level(leg), leg->by};
    if (c == NULL && f.level > 0)
        c = add(j, row, o);
    if (c == NULL)
        return;
    take_value(c, alarm_kinds[row].worse, &r);
    if (f.level > 0)
        c->leg[LEG_OF_LIMIT].by = f.by;
    refresh(c, LEG_OF_LIMIT);
    rule = limit_rule(j, o, f.by >= from && f.by < to ? f.by : from);
    leg_see(&c->leg[LEG_OF_LIMIT], &rule, f.level, now);
    take_limit(j, c, o);
    settle(j, c, now);
}

void judge_derived_limit(struct judge *j, struct object o, enum limit_id id, struct reading r,
                         int64_t now)
{
    judge_limit(j, o, id, id + 1, r, now);
}

bool judge_current_usable(const struct string *s)
{
    bool alarm = validity_usable(s->validity[STRING_ALARM]);
    int row = alarm_row(ALARM_HALL_DISCONNECTED);

    return validity_usable(s->validity[STRING_CURRENT]) &&
           !(alarm && alarm_holds(&alarm_kinds[row], s->value[STRING_ALARM]));
}

static bool judged(const struct judge *j, struct object o, int q)
{
    return o.level != ALARM_OF_STRING || q != STRING_CURRENT ||
           judge_current_usable(&j->gateway->string[o.index]);
}

static void judge_limits(struct judge *j, struct object o, const int32_t *value,
                         const uint8_t *validity, int64_t now)
{
    for (int from = 0, to; from < LIMITS; from = to) {
        int q = limit_rows[from].quantity;

        for (to = from + 1; to < LIMITS && j->kind_row[to] == j->kind_row[from]; to++)
            ;
        if (q >= 0 && alarm_kinds[j->kind_row[from]].level == o.level && judged(j, o, q))
            judge_limit(j, o, from, to, (struct reading){value[q], validity[q]}, now);
    }
}

/* ---- what holds for a string ------------------------------------------------------------- */

/* Which comparisons a cell's sample needs now. */
static void watch(struct judge *j, struct judge_string *js)
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

static void resolve(struct judge *j, struct judge_string *js)
{
    for (int i = 0; i < LIMITS; i++)
        js->limit[i] = limits_resolve(js->scope, &js->basis, (enum limit_id)i);
    watch(j, js);
}

static void count_cells(struct judge *j, struct judge_string *js, const struct string *s)
{
    int32_t cells = s->value[STRING_CELL_COUNT];

    if (!validity_usable(s->validity[STRING_CELL_COUNT]) || cells < 1 || cells > CELL_MAX ||
        cells == js->basis.cells)
        return;
    js->basis.cells = cells;
    resolve(j, js);
}

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

enum mode judge_mode(const struct judge *j, int s)
{
    return j->string[s].mode.mode;
}

enum cell_type judge_cell_type(const struct judge *j, int s)
{
    return j->string[s].basis.cell_type;
}

void judge_learn(struct judge *j, int s, enum cell_type type)
{
    j->string[s].basis.cell_type = type;
    resolve(j, &j->string[s]);
}

/* ---- objects ----------------------------------------------------------------------------- */

void judge_ups(struct judge *j, int u, int64_t now)
{
    const struct ups *ups = &j->gateway->ups[u];
    struct object o = {ALARM_OF_UPS, u, 0};

    judge_device(j, o, ups->value, ups->validity, now);
    judge_limits(j, o, ups->value, ups->validity, now);
}

void judge_string(struct judge *j, int s, int64_t now)
{
    const struct string *string = &j->gateway->string[s];
    struct judge_string *js = &j->string[s];
    struct object o = {ALARM_OF_STRING, s, 0};

    count_cells(j, js, string);
    if (mode_follow(&js->mode, string, limits_settling_ms(js->scope), limits_hall_error(&js->basis),
                    now))
        watch(j, js);
    if (js->mode.mode == MODE_DISCHARGE && validity_usable(string->validity[STRING_UPS_ID]) &&
        string->value[STRING_UPS_ID] >= 1 && string->value[STRING_UPS_ID] <= UPS_MAX)
        judge_on_battery(j, string->value[STRING_UPS_ID] - 1, now);
    judge_device(j, o, string->value, string->validity, now);
    judge_limits(j, o, string->value, string->validity, now);
    judge_string_derived(j, s, now);
}

/* Nothing at all: the answer for nearly every cell, so it has to be cheap. */
static bool well(const struct judge *j, int s, const struct cell *c)
{
    const struct judge_string *js = &j->string[s];

    if (c->value[CELL_STATUS] == STATUS_ERROR && validity_usable(c->validity[CELL_STATUS]))
        return false;
    for (const struct judge_watch *w = js->watch; w < js->watch + js->watches; w++)
        if (validity_usable(c->validity[w->quantity]) &&
            (w->worse > 0 ? c->value[w->quantity] > w->at : c->value[w->quantity] < w->at))
            return false;
    return !judge_cell_suspect(j, s, c);
}

static bool has_conditions(const struct judge *j, struct object o)
{
    for (int row = 0; row < alarm_kind_count; row++)
        if (alarm_kinds[row].level == ALARM_OF_CELL && find(j, row, o) != NULL)
            return true;
    return false;
}

void judge_cell(struct judge *j, int s, int c, int64_t now)
{
    const struct cell *cell = &j->gateway->string[s].cell[c];
    struct object o = {ALARM_OF_CELL, s, c};
    uint64_t *busy = &j->string[s].busy[c / 64], bit = (uint64_t)1 << c % 64;

    if (!(*busy & bit) && well(j, s, cell))
        return;
    judge_limits(j, o, cell->value, cell->validity, now);
    judge_cell_derived(j, s, c, now);
    judge_device(j, o, cell->value, cell->validity, now);
    if (!has_conditions(j, o))
        *busy &= ~bit;
}

/* ---- time -------------------------------------------------------------------------------- */

static bool object_here(const struct judge *j, struct object o)
{
    const struct string *s = &j->gateway->string[o.index];

    if (o.level == ALARM_OF_GATEWAY || o.level == ALARM_OF_SITE)
        return true;
    if (!j->gateway->health.reachable)
        return false;
    if (o.level == ALARM_OF_UPS)
        return j->gateway->ups[o.index].presence == PRESENCE_HERE;
    return s->presence == PRESENCE_HERE &&
           (o.level == ALARM_OF_STRING || validity_usable(s->cell[o.cell].validity[CELL_STATUS]));
}

static bool quantity_usable(const struct judge *j, struct object o, int q)
{
    if (o.level == ALARM_OF_UPS)
        return validity_usable(j->gateway->ups[o.index].validity[q]);
    if (o.level == ALARM_OF_STRING)
        return validity_usable(j->gateway->string[o.index].validity[q]);
    return validity_usable(j->gateway->string[o.index].cell[o.cell].validity[q]);
}

/* Is there still something to judge it by? */
static bool known(const struct judge *j, const struct condition *c)
{
    const struct alarm_kind *k = &alarm_kinds[condition_row(c)];
    struct object o = condition_object(c);

    if (k->sources & ALARM_SOURCE_INTERNAL)
        return true;
    if (k->test != ALARM_BY_OWNER && leg_state(&c->leg[LEG_OF_LIMIT]) == LEG_IDLE)
        return quantity_usable(j, o, k->quantity);
    if (k->sources & ALARM_SOURCE_LIMIT && k->shows >= 0)
        return quantity_usable(j, o, k->shows);
    return object_here(j, o);
}

static void tick(struct judge *j, struct condition *c, int64_t now)
{
    struct leg_rule rule = rule_of(j, condition_row(c), condition_object(c));
    bool lost = !known(j, c);

    c->stale = c->told && lost;
    for (int i = 0; i < LEGS; i++) {
        if (lost)
            leg_lose(&c->leg[i]);
        leg_wait(&c->leg[i], &rule, now);
    }
    settle(j, c, now);
}

void judge_tick(struct judge *j, int64_t now)
{
    j->changes = CHANGES_MOST;
    for (size_t i = 0; i < j->conditions.slots;) {
        struct condition *c = &j->conditions.slot[i];
        uint32_t key = c->key;

        if (key != 0)
            tick(j, c, now);
        i += key == 0 || c->key == key; /* else: removed, and perhaps another one is there now */
    }
}

/* ---- life -------------------------------------------------------------------------------- */

bool judge_preset(struct judge *j, int row, struct object o, enum alarm_severity severity,
                  uint8_t sources, int64_t now)
{
    const struct alarm_kind *k = &alarm_kinds[row];
    struct alarm_rule rule = alarm_rule(*scope_of(j, o), row);
    uint8_t level = severity >= rule.severity[1] ? 2 : 1;
    struct condition *c = add(j, row, o);

    if (c == NULL)
        return false;
    if (sources == 0) /* an older store does not say */
        sources = k->sources & ALARM_SOURCE_DEVICE ? ALARM_SOURCE_DEVICE : k->sources;
    for (int i = 0; i < LEGS; i++) {
        static const uint8_t bits[LEGS] = {ALARM_SOURCE_DEVICE, ALARM_SOURCE_LIMIT,
                                           ALARM_SOURCE_DERIVED | ALARM_SOURCE_INTERNAL};
        struct leg *l = &c->leg[i];

        if (!(sources & bits[i]))
            continue;
        l->in = i == LEG_OF_DEVICE ? 1 : level;
        l->out = l->in == 2 ? 3 : 1;
        l->by = BY_UNKNOWN;
        l->held = (k->sources & ALARM_SOURCE_INTERNAL) != 0;
        l->turn_ms[0] = l->turn_ms[1] = now;
    }
    c->told = true;
    c->severity = (uint8_t)severity;
    c->sources = sources;
    c->told_ms = now;
    j->string[o.index].told_cells += o.level == ALARM_OF_CELL;
    return true;
}

static void init_string(struct judge *j, int s, const struct judge_settings *set)
{
    const struct judge_string_settings *is = &set->string[s];
    struct judge_string *js = &j->string[s];

    js->scope[0] = is->limits;
    js->scope[1] = set->gateway;
    js->scope[2] = set->site;
    js->basis = (struct limit_basis){
        is->chemistry, is->cell_type, 0, is->float_mv, is->hall_a,
    };
    js->relay_closed = is->relay_closed;
    resolve(j, js);
}

void judge_init(struct judge *j, const struct gateway *g, const struct judge_settings *set,
                judge_tell *tell_it, void *ctx)
{
    static const struct judge_settings nothing;
    static const struct limit_basis of_ups;

    *j = (struct judge){
        .gateway = g, .tell = tell_it, .ctx = ctx, .note = "", .changes = CHANGES_MOST};
    set = set != NULL ? set : &nothing;
    j->scope[0] = set->gateway;
    j->scope[1] = set->site;
    for (int i = 0; i < LIMITS; i++) {
        j->kind_row[i] = (uint8_t)alarm_row(limit_rows[i].kind);
        j->ups_limit[i] = limits_resolve(j->scope, &of_ups, (enum limit_id)i);
    }
    for (int s = 0; s < STRING_MAX; s++)
        init_string(j, s, set);
}

void judge_free(struct judge *j)
{
    conditions_free(&j->conditions);
}
