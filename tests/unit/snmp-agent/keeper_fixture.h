/*
 * keeper_fixture - the keeper with a real store, its news collected with a bound, and a second
 * connection to look into the store.
 */
#ifndef TESTS_KEEPER_FIXTURE_H
#define TESTS_KEEPER_FIXTURE_H

#include "core/store.h"
#include "keeper.h"
#include "view_fixture.h"

#include <poll.h>

static const struct store_floor no_floor = {0};
static const char *const only_snmpd[] = {"snmpd"};

/* Waits until the keeper has something to say, and takes it. */
static inline void take_news(struct keeper *k, struct keeper_news *ret)
{
    struct pollfd f = {.fd = keeper_fd(k), .events = POLLIN};

    assert_int_equal(poll(&f, 1, PATIENCE_MS), 1);
    keeper_take(k, ret);
}

/* Takes news until the store is open. */
static inline void take_open(struct keeper *k, struct keeper_news *ret)
{
    do
        take_news(k, ret);
    while (!ret->open);
}

static inline struct store *look_into(struct plant *p)
{
    struct store *s = NULL;
    char why[512];

    assert_int_equal(store_open(p->data, NULL, &s, why, sizeof(why)), STORE_OK);
    return s;
}

/* Stores events `from`..`to`: each raises an alarm whose id is its sequence. */
static inline void store_raised(struct plant *p, uint32_t from, uint32_t to)
{
    struct store *s = look_into(p);

    for (uint32_t i = from; i <= to; i++) {
        struct event e = happened(i, EVENT_RAISED, alarm_of(i, 92, GW_A, 1, 0, 0));

        assert_int_equal(store_append(s, &e, 1), 0);
    }
    store_close(s);
}

static inline uint32_t stored_cursor(struct plant *p, const char *receiver)
{
    struct store *s = look_into(p);
    struct store_place place;

    assert_int_equal(store_place(s, receiver, &place), 0);
    store_close(s);
    return place.sequence;
}

static inline size_t stored_events(struct plant *p, struct event *last)
{
    struct store *s = look_into(p);
    struct event *e = NULL;
    size_t n = 0;

    assert_int_equal(store_events_after(s, 0, SIZE_MAX, &e, &n), 0);
    if (n > 0)
        *last = e[n - 1];
    free(e);
    store_close(s);
    return n;
}

/* As a program does that finds it damaged: whoever has it open cannot use it any more. */
static inline void move_store(struct plant *p)
{
    static const char *const files[] = {"btms.db", "btms.db-wal", "btms.db-shm"};
    char from[96], to[96];

    for (size_t i = 0; i < COUNT(files); i++) {
        snprintf(from, sizeof(from), "%s/%s", p->data, files[i]);
        snprintf(to, sizeof(to), "%s/old-%s", p->data, files[i]);
        rename(from, to);
    }
}

/* A data directory that cannot be made, until block_store(p, false). */
static inline void block_store(struct plant *p, bool blocked)
{
    if (blocked)
        fclose(fopen(p->data, "w"));
    else
        unlink(p->data);
}

#endif
