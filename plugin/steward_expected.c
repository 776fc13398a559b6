/* What is expected of a gateway, against what is there. */
#include "steward_own.h"

#include "core/log.h"

#include <stdio.h>
#include <string.h>

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

static struct steward_shape shape_of(const struct census *expected, const struct census *is,
                                     unsigned wrongs)
{
    struct steward_shape ret = {.expected = expect_size(expected),
                                .mismatches = expect_size_beyond(expected, is)};

    /* What is there and not declared, of another UPS or of another kind. */
    if (ret.mismatches < wrongs)
        ret.mismatches = wrongs;
    for (int s = 0; s < STRING_MAX; s++)
        ret.cells[s] = expected->strings >> s & 1 ? expected->cells[s] : 0;
    return ret;
}

/* What is said of a gateway that is not as it should be. */
static void write_mismatch(struct alarm *a, const char *word, const char *name, const char *wrong,
                           const char *missing)
{
    if (*wrong == '\0')
        steward_write_text(a,
                           "%s \"%s\": less is there than expected; missing: %.150s (btmsctl "
                           "accept, if that is right)",
                           word, name, missing);
    else if (*missing == '\0')
        steward_write_text(a, "%s \"%s\": not as declared: %.200s", word, name, wrong);
    else
        steward_write_text(a, "%s \"%s\": not as declared: %.120s; and missing: %.60s", word, name,
                           wrong, missing);
}

static void tell_mismatch(struct steward *s, size_t g, const char *wrong, const char *missing,
                          bool due, struct moment t)
{
    struct alarm *standing = steward_find_of_gateway(s, g, ALARM_TOPOLOGY_MISMATCH);
    const char *name = s->set.entry[g].name, *word = steward_word(s, g);
    struct alarm a = steward_of_gateway(s, g);

    if (*wrong == '\0' && *missing == '\0') {
        if (standing != NULL)
            steward_clear_own(s, standing, t, "%s \"%s\": over: all that is expected is there",
                              word, name);
        return;
    }
    if (standing != NULL)
        a = *standing;
    write_mismatch(&a, word, name, wrong, missing);
    if (standing == NULL && due)
        steward_raise_own(s, ALARM_TOPOLOGY_MISMATCH, &a, t, NULL);
    else if (standing != NULL && due && strcmp(a.text, standing->text) != 0)
        steward_update(s, standing, &a, t);
}

static void compare(struct steward *s, size_t g, int64_t steady_ms, struct moment t)
{
    struct steward_gateway *gw = &s->gateway[g];
    char wrong[EVENT_TEXT_SIZE], missing[EVENT_TEXT_SIZE], more[EVENT_TEXT_SIZE];
    struct census expected, is = gw->is;
    unsigned wrongs = steward_compare_declared(s, g, wrong, sizeof(wrong));
    bool due;

    steward_leave_to_declared(s, g, &is);
    if (gw->has_expected && steady_ms >= s->set.pace.expect_ms &&
        expect_beyond(&is, &gw->expected, more, sizeof(more)))
        take_up(s, g, more, t);
    gw->wrong_ms = wrongs == 0 ? 0 : gw->wrong_ms != 0 ? gw->wrong_ms : t.now;
    steward_expect(s, g, &expected);
    gw->shape = shape_of(&expected, &gw->is, wrongs);
    steward_leave_to_declared(s, g, &expected);
    expect_beyond(&expected, &gw->is, missing, sizeof(missing));
    if (!gw->has_expected && !steward_is_declared(s, g))
        return; /* nothing is known, and so nothing is over */
    due = steady_ms >= s->set.pace.missing_ms &&
          (wrongs == 0 || t.now - gw->wrong_ms >= s->set.pace.missing_ms);
    tell_mismatch(s, g, wrong, missing, due, t);
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
    if (!gw->has_expected && steady_ms >= s->set.pace.expect_ms && !expect_nothing(&gw->is))
        steward_learn_first(s, g);
    compare(s, g, steady_ms, t);
}
