/* What is expected of a gateway, against what is there. */
#include "steward_own.h"

#include "core/log.h"

#include <stdio.h>

void steward_expected(struct steward *s, size_t g, const struct census *c)
{
    s->gateway[g].has_expected = c != NULL;
    s->gateway[g].unsaved = false;
    if (c != NULL)
        s->gateway[g].expected = *c;
}

void steward_count(struct steward *s, size_t g, const struct census *c, struct moment t)
{
    struct steward_gateway *gw = &s->gateway[g];

    steward_set_link(s, g, c->reachable, t.now);
    if (!c->reachable || c->looking || !gw->counted || !expect_same(&gw->is, c))
        gw->since_ms = t.now;
    gw->is = *c;
    gw->counted = true;
}

static void keep_expected(struct steward *s, size_t g)
{
    struct steward_gateway *gw = &s->gateway[g];

    gw->unsaved = !s->set.expect(s->set.ctx, s->set.entry[g].index, &gw->expected);
}

void steward_learn_first(struct steward *s, size_t g)
{
    struct steward_gateway *gw = &s->gateway[g];
    char is[EXPECT_TEXT];

    gw->expected = gw->is;
    gw->has_expected = true;
    expect_print(&gw->is, is);
    log_say(LOG_LEVEL_INFO, "%s \"%s\": expected from now on: %s", steward_word(s, g),
            s->set.entry[g].name, is);
    keep_expected(s, g);
}

static void take_up(struct steward *s, size_t g, const char *more, struct moment t)
{
    struct alarm a = steward_of_gateway(s, g);

    expect_add(&s->gateway[g].expected, &s->gateway[g].is);
    keep_expected(s, g);
    if (steward_find_of_gateway(s, g, ALARM_TOPOLOGY_MISMATCH) != NULL)
        return;
    a.kind = ALARM_TOPOLOGY_MISMATCH;
    steward_write_text(&a,
                       "%s \"%s\": more is there than before, and expected from "
                       "now on: %.150s",
                       steward_word(s, g), s->set.entry[g].name, more);
    steward_happen(s, &a, t);
}

static void compare(struct steward *s, size_t g, int64_t steady_ms, struct moment t)
{
    struct steward_gateway *gw = &s->gateway[g];
    const struct alarm *mismatch = steward_find_of_gateway(s, g, ALARM_TOPOLOGY_MISMATCH);
    char what[EVENT_TEXT_SIZE];
    struct alarm a = steward_of_gateway(s, g);

    if (expect_beyond(&gw->is, &gw->expected, what, sizeof(what)) &&
        steady_ms >= s->set.pace.expect_ms)
        take_up(s, g, what, t);
    if (!expect_beyond(&gw->expected, &gw->is, what, sizeof(what))) {
        if (mismatch != NULL)
            steward_clear_own(s, mismatch, t, "%s \"%s\": over: all that is expected is there",
                              steward_word(s, g), s->set.entry[g].name);
        return;
    }
    if (mismatch == NULL && steady_ms >= s->set.pace.missing_ms)
        steward_raise_own(
            s, ALARM_TOPOLOGY_MISMATCH, &a, t,
            "%s \"%s\": less is there than expected; missing: %.150s (btmsctl accept, "
            "if that is right)",
            steward_word(s, g), s->set.entry[g].name, what);
}

void steward_look_at_expected(struct steward *s, size_t g, struct moment t)
{
    struct steward_gateway *gw = &s->gateway[g];
    int64_t steady_ms = t.now - gw->since_ms;

    if (gw->has_expected && gw->counted)
        gw->unsaved |= expect_take_types(&gw->expected, &gw->is);
    if (gw->unsaved)
        keep_expected(s, g);
    if (!gw->counted || !gw->is.reachable || gw->is.looking)
        return;
    if (gw->has_expected)
        compare(s, g, steady_ms, t);
    else if (steady_ms >= s->set.pace.expect_ms && !expect_nothing(&gw->is))
        steward_learn_first(s, g);
}
