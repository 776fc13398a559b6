/* See judge.h: samples into conditions, conditions into verdicts. */
#include "core/judge_own.h"
#include "core/quantity.h"

#include <stddef.h>
#include <string.h>

/* When a gateway is lost all that stands grows stale at once: that must not push news out of queues. */
enum { CHANGES_MOST = 64, CELL_CONDITIONS_MAX = CONDITIONS_MAX - 4096 };

/* ---- conditions into verdicts ------------------------------------------------------------ */

static const limit_scope *scope_of(const struct judge *j, struct object o)
{
    if (o.level == ALARM_OF_CHANNEL)
        return &j->string[o.index / CHANNEL_KINDS].scope;
    return o.level == ALARM_OF_STRING || o.level == ALARM_OF_CELL ? &j->string[o.index].scope
                                                                  : &j->scope;
}

static struct alarm_rule what_holds(const struct judge *j, int row, struct object o)
{
    struct alarm_rule ret = alarm_rule(*scope_of(j, o), row);

    judge_added_rule(j, o, &ret);
    return ret;
}

static enum alarm_source others_of(const struct alarm_kind *k)
{
    return k->sources & ALARM_SOURCE_INTERNAL ? ALARM_SOURCE_INTERNAL : ALARM_SOURCE_DERIVED;
}

struct verdict judge_verdict(const struct condition *c, enum condition_news news, bool flaps,
                             const char *note)
{
    const struct alarm_kind *k = &alarm_kinds[condition_row(c)];

    return (struct verdict){
        .news = news,
        .row = condition_row(c),
        .object = condition_object(c),
        .decimals = k->decimals,
        .unit = k->unit,
        .severity = (enum alarm_severity)c->severity,
        .sources = c->sources,
        .stale = c->stale,
        .has_value = c->has_value,
        .has_limit = c->has_limit,
        .value = c->value,
        .limit = c->limit,
        .peak = c->peak,
        .returns = c->returns,
        .flaps = flaps,
        .note = note,
    };
}

static void tell(struct judge *j, const struct condition *c, enum condition_news news, bool flaps)
{
    struct object o = condition_object(c);
    struct verdict v = judge_verdict(c, news, flaps, j->note);

    if (o.level == ALARM_OF_QUANTITY)
        judge_added_words(j, o.index, &v);

    if (o.level == ALARM_OF_CELL && news == CONDITION_RAISED)
        j->string[o.index].told_cells++;
    if (o.level == ALARM_OF_CELL && news == CONDITION_CLEARED)
        j->string[o.index].told_cells--;
    j->tell(j->ctx, &v);
}

struct condition_join judge_join(struct alarm_rule rule, const limit_scope scope, int row,
                                 bool news_only)
{
    return (struct condition_join){
        .severity = {rule.severity[0], rule.severity[1]},
        .others = others_of(&alarm_kinds[row]),
        .flap_raises = limits_flap_raises(scope),
        .news_only = news_only,
    };
}

void judge_settle(struct judge *j, struct condition *c, int64_t now)
{
    struct object o = condition_object(c);
    int row = condition_row(c);
    const struct condition_join how =
        judge_join(what_holds(j, row, o), *scope_of(j, o), row, j->changes == 0);
    bool flaps;
    enum condition_news news = condition_join(c, &how, now, &flaps);

    j->changes -= news == CONDITION_CHANGED;
    if (news != CONDITION_SAME) {
        tell(j, c, news, flaps);
        c->returns = 0;
    }
    if (how.flap_raises == 0)
        c->raises = 0;
    if (condition_idle(c, now))
        conditions_remove(&j->conditions, c);
}

struct condition *judge_find(const struct judge *j, int row, struct object o)
{
    return conditions_find(&j->conditions, condition_key(row, o));
}

struct condition *judge_add(struct judge *j, int row, struct object o)
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

void judge_take_value(struct condition *c, int worse, const struct reading *r)
{
    bool fresh = quiet(c) || !c->has_value;

    if (r == NULL || !validity_usable(r->validity))
        return;
    c->has_value = true;
    c->value = r->value;
    if (fresh || ((int64_t)r->value - c->peak) * worse > 0)
        c->peak = r->value;
}

void judge_refresh(struct condition *c, int leg)
{
    if (leg_state(&c->leg[leg]) != LEG_IDLE)
        c->stale = false;
}

/* ---- the device, and what is derived ----------------------------------------------------- */

struct leg_rule judge_leg_rule(struct alarm_rule r)
{

    return (struct leg_rule){
        {r.raise_ms[0], r.raise_ms[1]},
        r.clear_ms, 1
    };
}

static struct leg_rule rule_of(const struct judge *j, int row, struct object o)
{
    return judge_leg_rule(what_holds(j, row, o));
}

static void see(struct judge *j, int row, struct object o, int leg, int level,
                const struct reading *value, bool held, int64_t now)
{
    struct condition *c = judge_find(j, row, o);
    struct leg_rule rule;

    if (c == NULL && level > 0)
        c = judge_add(j, row, o);
    if (c == NULL)
        return;
    rule = rule_of(j, row, o);
    judge_take_value(c, alarm_kinds[row].worse, value);
    judge_refresh(c, leg);
    c->leg[leg].held = held;
    leg_see(&c->leg[leg], &rule, level, now);
    judge_settle(j, c, now);
}

void judge_see(struct judge *j, uint16_t kind, struct object o, int level,
               const struct reading *value, int64_t now)
{
    see(j, alarm_row(kind), o, LEG_OF_OTHERS, level, value, false, now);
}

void judge_tells(struct judge *j, uint16_t kind, struct object o, bool is, int64_t now)
{
    see(j, alarm_row(kind), o, LEG_OF_DEVICE, is, NULL, false, now);
}

void judge_set(struct judge *j, int row, struct object o, bool on, int64_t now)
{
    see(j, row, o, LEG_OF_OTHERS, on, NULL, true, now);
}

bool judge_holds(const struct judge *j, int row, struct object o)
{
    const struct condition *c = judge_find(j, row, o);

    return c != NULL && c->leg[LEG_OF_OTHERS].in > 0;
}

bool judge_stands(const struct judge *j, int row, struct object o)
{
    const struct condition *c = judge_find(j, row, o);

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

/* ---- what holds for a string ------------------------------------------------------------- */

static void count_cells(struct judge *j, struct judge_string *js, const struct string *s)
{
    int32_t cells = s->value[STRING_CELL_COUNT];

    if (!validity_usable(s->validity[STRING_CELL_COUNT]) || cells < 1 || cells > CELL_MAX ||
        cells == js->basis.cells)
        return;
    js->basis.cells = cells;
    judge_resolve(j, js);
}

enum mode judge_mode(const struct judge *j, int s)
{
    return j->string[s].mode.mode;
}

enum cell_type judge_learned(const struct judge *j, int s)
{
    return j->string[s].type_told ? CELL_TYPE_UNKNOWN : j->string[s].basis.cell_type;
}

void judge_learn(struct judge *j, int s, enum cell_type type)
{
    if (j->string[s].type_told || type == CELL_TYPE_UNKNOWN)
        return;
    j->string[s].basis.cell_type = type;
    judge_resolve(j, &j->string[s]);
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
        judge_watch_cells(j, js);
    if (js->mode.mode == MODE_DISCHARGE && validity_usable(string->validity[STRING_UPS_ID]) &&
        string->value[STRING_UPS_ID] >= 1 && string->value[STRING_UPS_ID] <= UPS_MAX)
        judge_on_battery(j, string->value[STRING_UPS_ID] - 1, now);
    judge_device(j, o, string->value, string->validity, now);
    judge_limits(j, o, string->value, string->validity, now);
    judge_string_derived(j, s, now);
    judge_channels(j, s, now);
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
        if (alarm_kinds[row].level == ALARM_OF_CELL && judge_find(j, row, o) != NULL)
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
    const struct string *s;

    if (o.level == ALARM_OF_GATEWAY || o.level == ALARM_OF_SITE)
        return true;
    if (!j->gateway->health.reachable)
        return false;
    if (o.level == ALARM_OF_UPS)
        return j->gateway->ups[o.index].presence == PRESENCE_HERE;
    s = &j->gateway->string[o.index];
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
    if (o.level == ALARM_OF_CHANNEL || o.level == ALARM_OF_QUANTITY)
        return judge_added_known(j, o);
    if (k->test != ALARM_BY_OWNER && leg_state(&c->leg[LEG_OF_LIMIT]) == LEG_IDLE)
        return quantity_usable(j, o, k->quantity);
    if (k->sources & ALARM_SOURCE_LIMIT && k->shows >= 0)
        return quantity_usable(j, o, k->shows);
    if (k->number == ALARM_INSULATION_LOW)
        return validity_usable(j->gateway->string[o.index].validity[STRING_INSULATION]);
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
    judge_settle(j, c, now);
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

static bool is_of(const struct quantity_def *d, struct object of)
{
    if (d == NULL)
        return false;
    return (of.level == ALARM_OF_UPS && d->ups == of.index + 1) ||
           (of.level == ALARM_OF_STRING && d->string == of.index + 1);
}

static bool is_part(const struct judge *j, struct object o, struct object of)
{
    if (o.level == ALARM_OF_QUANTITY)
        return is_of(j->gateway->quantity[o.index].is, of);
    if (o.level == ALARM_OF_CHANNEL && of.level == ALARM_OF_STRING)
        return o.index / CHANNEL_KINDS == of.index;
    if (o.index != of.index)
        return false;
    switch (of.level) {
    case ALARM_OF_UPS:
        return o.level == ALARM_OF_UPS;
    case ALARM_OF_STRING:
        return o.level == ALARM_OF_STRING || o.level == ALARM_OF_CELL;
    case ALARM_OF_CELL:
        return o.level == ALARM_OF_CELL && o.cell >= of.cell;
    case ALARM_OF_GATEWAY:
    case ALARM_OF_SITE:
    case ALARM_OF_SENSOR:
    case ALARM_OF_CHANNEL:
    case ALARM_OF_QUANTITY:
        break;
    }
    return false;
}

void judge_forget(struct judge *j, struct object of)
{
    for (size_t i = 0; i < j->conditions.slots;) {
        struct condition *c = &j->conditions.slot[i];
        struct object o = c->key != 0 ? condition_object(c) : (struct object){ALARM_OF_SITE, 0, 0};

        if (is_part(j, o, of)) { /* afterwards another one may be in the slot */
            if (c->told && o.level == ALARM_OF_CELL)
                j->string[o.index].told_cells--;
            conditions_remove(&j->conditions, c);
        } else {
            i++;
        }
    }
}

void judge_repeat(struct judge *j)
{
    for (size_t i = 0; i < j->conditions.slots; i++)
        if (j->conditions.slot[i].key != 0 && j->conditions.slot[i].told)
            tell(j, &j->conditions.slot[i], CONDITION_CHANGED, false);
}

/* ---- life -------------------------------------------------------------------------------- */

void judge_preset_condition(struct condition *c, struct alarm_rule rule,
                            enum alarm_severity severity, uint8_t sources, int64_t now)
{
    const struct alarm_kind *k = &alarm_kinds[condition_row(c)];
    uint8_t level = severity >= rule.severity[1] ? 2 : 1;

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
}

bool judge_preset(struct judge *j, int row, struct object o, enum alarm_severity severity,
                  uint8_t sources, int64_t now)
{
    struct condition *c = judge_add(j, row, o);

    if (c == NULL)
        return false;
    judge_preset_condition(c, what_holds(j, row, o), severity, sources, now);
    if (o.level == ALARM_OF_CELL)
        j->string[o.index].told_cells++;
    return true;
}

void judge_preset_limit(struct judge *j, int row, struct object o, int32_t limit)
{
    struct condition *c = judge_find(j, row, o);

    if (c == NULL)
        return;
    c->has_limit = true;
    c->limit = limit;
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
    js->type_told = is->cell_type != CELL_TYPE_UNKNOWN;
    judge_resolve(j, js);
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
