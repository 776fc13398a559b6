/* See judge_th.h. Whether a sensor has gone is not judged here: what is expected to be there is the
 * site's to know. */
#include "core/judge_th.h"

#include "core/judge_own.h"
#include "core/th_decode.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { CHANGES_MOST = 64 };

static const struct object CONTROLLER = {ALARM_OF_GATEWAY, 0, 0};

static void settle(struct judge_th *j, struct condition *c, int64_t now)
{
    const struct condition_join how = judge_join(alarm_rule(j->scope, condition_row(c)), j->scope,
                                                 condition_row(c), j->changes == 0);
    bool flaps;
    enum condition_news news = condition_join(c, &how, now, &flaps);

    j->changes -= news == CONDITION_CHANGED;
    if (news != CONDITION_SAME) {
        const struct verdict v = judge_verdict(c, news, flaps, j->note);

        j->tell(j->ctx, &v);
        c->returns = 0;
    }
    if (how.flap_raises == 0)
        c->raises = 0;
    if (condition_idle(c, now))
        conditions_remove(&j->conditions, c);
}

static struct condition *find(const struct judge_th *j, int row, struct object o)
{
    return conditions_find(&j->conditions, condition_key(row, o));
}

static void see(struct judge_th *j, int row, struct object o, int leg, bool is,
                const struct reading *value, int64_t now)
{
    struct leg_rule rule = judge_leg_rule(alarm_rule(j->scope, row));
    struct condition *c = find(j, row, o);

    if (c == NULL && is)
        c = conditions_add(&j->conditions, condition_key(row, o));
    if (c == NULL)
        return;
    judge_take_value(c, alarm_kinds[row].worse, value);
    judge_refresh(c, leg);
    c->leg[leg].held = leg == LEG_OF_OTHERS && alarm_kinds[row].sources & ALARM_SOURCE_INTERNAL;
    leg_see(&c->leg[leg], &rule, is, now);
    settle(j, c, now);
}

/* ---- a sensor ---------------------------------------------------------------------------- */

void judge_th_sensor(struct judge_th *j, int number, int64_t now)
{
    const struct th_sensor *s = &j->th->sensor[number];
    const struct object o = {ALARM_OF_SENSOR, number, 0};

    for (int row = 0; row < alarm_kind_count; row++) {
        const struct alarm_kind *k = &alarm_kinds[row];
        struct reading r = {.validity = VALIDITY_ABSENT};

        if (k->level != ALARM_OF_SENSOR || k->test == ALARM_BY_OWNER)
            continue;
        if (k->shows >= 0)
            r = (struct reading){s->value[k->shows], s->validity[k->shows]};
        if (validity_usable(s->validity[k->quantity]))
            see(j, row, o, LEG_OF_DEVICE, alarm_holds(k, s->value[k->quantity]), &r, now);
        else if (!th_sensor_there(s)) /* it has no alarms any more */
            see(j, row, o, LEG_OF_DEVICE, false, NULL, now);
    }
}

/* ---- the controller ---------------------------------------------------------------------- */

static void add_note(struct judge_th *j, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void add_note(struct judge_th *j, const char *format, ...)
{
    size_t used = strlen(j->note), room = sizeof(j->note) - used;
    int n = snprintf(j->note + used, room, "%s", used > 0 ? ", " : "");
    va_list ap;

    if (n < 0 || (size_t)n >= room)
        return;
    va_start(ap, format);
    vsnprintf(j->note + used + n, room - (size_t)n, format, ap);
    va_end(ap);
}

/* Nobody knows whether the one without a number is counted. */
static void compare(struct judge_th *j, enum th_count count, int seen, int unassigned,
                    const char *what)
{
    int32_t said = j->th->count[count];

    if (validity_usable(j->th->count_validity[count]) && (said < seen || said > seen + unassigned))
        add_note(j, "it counts %d%s, and shows %d", (int)said, what, seen);
}

/* What it counts, what it shows, and what the configuration says. */
static void compare_counts(struct judge_th *j)
{
    const struct th_controller *th = j->th;
    const int unassigned = th_sensor_there(&th->sensor[0]);
    int status[TH_STATUS_ERROR + 1] = {0}, all = 0;

    for (int n = 1; n <= TH_SENSOR_MAX; n++) {
        const struct th_sensor *s = &th->sensor[n];
        int32_t is = s->value[TH_STATUS];

        all += th_sensor_there(s);
        if (th_sensor_there(s) && is >= 0 && is <= TH_STATUS_ERROR)
            status[is]++;
    }
    *j->note = '\0';
    compare(j, TH_COUNT_ALL, all, unassigned, "");
    compare(j, TH_COUNT_OK, status[TH_STATUS_OK], unassigned, " that respond");
    compare(j, TH_COUNT_ERROR, status[TH_STATUS_ERROR], unassigned, " that do not");
    if (th->expected > 0 && validity_usable(th->count_validity[TH_COUNT_ALL]) &&
        (th->count[TH_COUNT_ALL] < th->expected ||
         th->count[TH_COUNT_ALL] > th->expected + unassigned))
        add_note(j, "it counts %d, Sensors is %d", (int)th->count[TH_COUNT_ALL], th->expected);
}

void judge_th_turn(struct judge_th *j, int64_t now)
{
    if (validity_usable(j->th->sensor[0].validity[TH_STATUS]))
        see(j, alarm_row(ALARM_TH_SENSOR_NEW), CONTROLLER, LEG_OF_OTHERS,
            th_sensor_there(&j->th->sensor[0]), NULL, now);
    if (!validity_usable(j->th->count_validity[TH_COUNT_ALL]))
        return;
    compare_counts(j);
    see(j, alarm_row(ALARM_TH_COUNT_MISMATCH), CONTROLLER, LEG_OF_OTHERS, *j->note != '\0', NULL,
        now);
    *j->note = '\0';
}

void judge_th_set(struct judge_th *j, int row, struct object o, bool on, int64_t now)
{
    see(j, row, o, LEG_OF_OTHERS, on, NULL, now);
}

bool judge_th_holds(const struct judge_th *j, int row, struct object o)
{
    const struct condition *c = find(j, row, o);

    return c != NULL && c->leg[LEG_OF_OTHERS].in > 0;
}

bool judge_th_stands(const struct judge_th *j, int row, struct object o)
{
    const struct condition *c = find(j, row, o);

    return c != NULL && c->told;
}

/* ---- time -------------------------------------------------------------------------------- */

/* Is there still something to judge it by? */
static bool known(const struct judge_th *j, const struct condition *c)
{
    const struct alarm_kind *k = &alarm_kinds[condition_row(c)];
    struct object o = condition_object(c);

    if (leg_state(&c->leg[LEG_OF_OTHERS]) != LEG_IDLE && k->sources & ALARM_SOURCE_INTERNAL)
        return true;
    if (o.level == ALARM_OF_SENSOR)
        return validity_usable(j->th->sensor[o.index].validity[k->quantity]);
    return j->th->health.reachable;
}

static void tick(struct judge_th *j, struct condition *c, int64_t now)
{
    struct leg_rule rule = judge_leg_rule(alarm_rule(j->scope, condition_row(c)));

    condition_wait(c, &rule, !known(j, c), now);
    settle(j, c, now);
}

void judge_th_tick(struct judge_th *j, int64_t now)
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

bool judge_th_preset(struct judge_th *j, int row, struct object o, enum alarm_severity severity,
                     uint8_t sources, int64_t now)
{
    struct condition *c = conditions_add(&j->conditions, condition_key(row, o));

    if (c != NULL)
        judge_preset_condition(c, alarm_rule(j->scope, condition_row(c)), severity, sources, now);
    return c != NULL;
}

void judge_th_repeat(struct judge_th *j)
{
    for (size_t i = 0; i < j->conditions.slots; i++)
        if (j->conditions.slot[i].key != 0 && j->conditions.slot[i].told) {
            const struct verdict v =
                judge_verdict(&j->conditions.slot[i], CONDITION_CHANGED, false, "");

            j->tell(j->ctx, &v);
        }
}

void judge_th_forget(struct judge_th *j, int number)
{
    for (int row = 0; row < alarm_kind_count; row++) {
        struct condition *c = alarm_kinds[row].level == ALARM_OF_SENSOR
                                  ? find(j, row, (struct object){ALARM_OF_SENSOR, number, 0})
                                  : NULL;

        if (c != NULL)
            conditions_remove(&j->conditions, c);
    }
}

void judge_th_init(struct judge_th *j, const struct th_controller *th,
                   const struct limit_settings *own, const struct limit_settings *site,
                   judge_tell *tell, void *ctx)
{
    *j = (struct judge_th){
        .th = th, .tell = tell, .ctx = ctx, .scope = {own, site},
                   .changes = CHANGES_MOST
    };
}

void judge_th_free(struct judge_th *j)
{
    conditions_free(&j->conditions);
}
