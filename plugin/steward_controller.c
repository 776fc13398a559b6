/*
 * Master controllers (BM-MC): one that accepts no connection costs climate, relays and inputs of its
 * gateway, which go on telling what they were last. One that nobody looks at any more has no alarm.
 */
#include "steward_own.h"

void steward_controller(struct steward *s, size_t g, bool here, const char *why, struct moment t)
{
    steward_note_reach(&s->controller[g], here, why, t.now);
}

static void raise_alarm(struct steward *s, size_t g, struct moment t)
{
    struct alarm a = steward_of_gateway(s, g);

    steward_look_at_network(s, t);
    steward_raise_own(
        s, ALARM_IO_COMM_LOST, &a, t,
        "%s \"%s\": master controller (BM-MC): communication lost (%s); what it gives to the "
        "gateway may be old",
        steward_word(s, g), a.object, s->controller[g].why);
}

static void look_at_one(struct steward *s, size_t g, struct moment t)
{
    const struct steward_reach *is = &s->controller[g];
    const struct alarm_rule rule = steward_rule(s, alarm_row(ALARM_IO_COMM_LOST));
    const struct alarm *standing = steward_find_of_gateway(s, g, ALARM_IO_COMM_LOST);
    int64_t lasts = t.now - is->since_ms;
    const char *over = NULL;

    if (is->link == LINK_GONE && standing == NULL && lasts >= rule.raise_ms[0])
        raise_alarm(s, g, t);
    if (standing != NULL && !s->set.place[g].controller)
        over = "over, as nobody looks at it any more";
    else if (standing != NULL && is->link == LINK_HERE && lasts >= rule.clear_ms)
        over = "over";
    if (over != NULL)
        steward_clear_own(s, standing, t,
                          "%s \"%s\": %s: master controller (BM-MC): communication lost",
                          steward_word(s, g), standing->object, over);
}

void steward_look_at_controllers(struct steward *s, struct moment t)
{
    for (size_t g = 0; s->set.place != NULL && g < s->set.gateways; g++)
        look_at_one(s, g, t);
}
