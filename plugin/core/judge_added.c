/* See judge_own.h: what configuration describes as a whole: quantities, relays and inputs. */
#include "core/judge_own.h"
#include "core/quantity.h"

/* What a leg was raised `by`: the side of the value's limits. */
enum { BY_HIGH, BY_LOW };

/* ---- rules ------------------------------------------------------------------------------- */

static void channel_rule(const struct channel_def *d, struct alarm_rule *rule)
{
    if (d == NULL)
        return;
    for (int i = 0; i < 2; i++) {
        rule->severity[i] = (enum alarm_severity)d->severity;
        rule->raise_ms[i] = d->raise_ms;
    }
    rule->clear_ms = d->clear_ms;
}

static void quantity_rule(const struct quantity_def *d, struct alarm_rule *rule)
{
    if (d == NULL)
        return;
    rule->raise_ms[0] = rule->raise_ms[1] = d->high.raise_ms;
    rule->clear_ms = d->high.clear_ms;
}

void judge_added_rule(const struct judge *j, struct object o, struct alarm_rule *rule)
{
    if (o.level == ALARM_OF_CHANNEL)
        channel_rule(j->gateway->channel[o.index].is, rule);
    if (o.level == ALARM_OF_QUANTITY)
        quantity_rule(j->gateway->quantity[o.index].is, rule);
}

static uint8_t channel_validity(const struct judge *j, int channel)
{
    bool relay = channel_kind_of(channel) == CHANNEL_RELAY;

    return j->gateway->string[channel / CHANNEL_KINDS]
        .validity[relay ? STRING_RELAY : STRING_AUX_INPUT];
}

bool judge_added_known(const struct judge *j, struct object o)
{
    return validity_usable(o.level == ALARM_OF_CHANNEL ? channel_validity(j, o.index)
                                                       : j->gateway->quantity[o.index].validity);
}

/* ---- relays and inputs ------------------------------------------------------------------- */

/* Without a normal state nothing is wrong, whatever the state is; a code that is not known is none. */
static bool not_normal(const struct channel_def *d, int32_t state)
{
    return d != NULL && d->normal != CHANNEL_NOT_TOLD && state != d->normal;
}

static void judge_channel(struct judge *j, int s, enum channel_kind kind, int64_t now)
{
    static const uint16_t alarm[CHANNEL_KINDS] = {ALARM_RELAY_NOT_NORMAL, ALARM_AUX_INPUT_ACTIVE};
    int at = channel_at(s, kind), q = kind == CHANNEL_RELAY ? STRING_RELAY : STRING_AUX_INPUT;
    int32_t state = j->gateway->string[s].value[q];

    if (validity_usable(channel_validity(j, at)) && channel_state(kind, state) != NULL)
        judge_tells(j, alarm[kind], (struct object){ALARM_OF_CHANNEL, at, 0},
                    not_normal(j->gateway->channel[at].is, state), now);
}

void judge_channels(struct judge *j, int s, int64_t now)
{
    judge_channel(j, s, CHANNEL_RELAY, now);
    judge_channel(j, s, CHANNEL_INPUT, now);
}

/* ---- quantities -------------------------------------------------------------------------- */

/* The worse of what both sides say. */
static int level_of(const struct quantity_def *d, const struct leg *leg, int32_t value, int *ret_by)
{
    int standing = leg_level(leg);
    bool any = leg->by == BY_UNKNOWN;
    int high = judge_reached(&d->high, 1, value, any || leg->by == BY_HIGH ? standing : 0);
    int low = judge_reached(&d->low, -1, value, any || leg->by == BY_LOW ? standing : 0);

    if (high == 0 && low == 0)
        return 0;
    *ret_by = high >= low ? BY_HIGH : BY_LOW;
    return high >= low ? high : low;
}

static void take_limit(struct condition *c, const struct quantity_def *d, const struct leg *leg)
{
    const struct limit *l = leg->by == BY_LOW ? &d->low : &d->high;

    if (leg_level(leg) == 0 || leg->by == BY_UNKNOWN)
        return;
    c->limit = leg_level(leg) == 2 ? l->critical : l->warning;
    if (c->limit == LIMIT_OFF)
        c->limit = l->critical;
    c->has_limit = c->limit != LIMIT_OFF;
}

static void sample(struct judge *j, struct condition *c, const struct quantity_def *d,
                   const struct reading *r, int64_t now)
{
    const struct leg_rule rule = {
        {d->high.raise_ms, d->high.raise_ms},
        d->high.clear_ms, 1
    };
    struct leg *leg = &c->leg[LEG_OF_LIMIT];
    int by = leg->by, level = level_of(d, leg, r->value, &by);

    if (by != leg->by)
        c->has_value = false; /* the worst value so far was of the other side */
    judge_take_value(c, by == BY_LOW ? -1 : 1, r);
    leg->by = (uint8_t)by;
    judge_refresh(c, LEG_OF_LIMIT);
    leg_see(leg, &rule, level, now);
    take_limit(c, d, leg);
    judge_settle(j, c, now);
}

/* What has no number yet could not be told apart in the next run. */
void judge_quantity(struct judge *j, int q, int64_t now)
{
    static const struct leg none = {.by = BY_UNKNOWN};
    const struct quantity *is = &j->gateway->quantity[q];
    struct reading r = {quantity_value(is->is, is->raw), is->validity};
    struct object o = {ALARM_OF_QUANTITY, q, 0};
    int row = alarm_row(ALARM_USER_LIMIT), by;
    struct condition *c = judge_find(j, row, o);

    if (!validity_usable(r.validity) || is->number == 0)
        return;
    if (c == NULL && level_of(is->is, &none, r.value, &by) > 0)
        c = judge_add(j, row, o);
    if (c != NULL)
        sample(j, c, is->is, &r, now);
}

void judge_added_words(const struct judge *j, int quantity, struct verdict *v)
{
    const struct quantity_def *d = j->gateway->quantity[quantity].is;

    if (d == NULL)
        return;
    v->decimals = d->decimals;
    v->unit = quantity_units[d->unit].name;
}
