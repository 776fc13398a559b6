/*
 * store_fixture - a directory of the test's own, events to store, and children that use the store.
 *
 * A child ends with the value of its function, 0 if all went well: assertions of cmocka would jump
 * into the parent's list of tests, so children say MUST(). No store is open in the parent while it
 * forks; SQLite does not survive that.
 */
#ifndef TESTS_STORE_FIXTURE_H
#define TESTS_STORE_FIXTURE_H

#include "core/store.h"
#include "../../support/check.h"

#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MUST(condition)                                                                            \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: child: not true: %s\n", __FILE__, __LINE__, #condition);       \
            return 1;                                                                              \
        }                                                                                          \
    } while (0)

static char base[64];       /* 0755 */
static char data_dir[80];   /* base/data, not made */
static char error[1024];    /* of the last open */
static struct store *store; /* the one that is open */

/* ---- set-up ------------------------------------------------------------------------------ */

static inline int fixture_remove_one(const char *path, const struct stat *st, int type,
                                     struct FTW *f)
{
    (void)st;
    (void)type;
    (void)f;
    return remove(path);
}

static inline int fixture_start(void **state)
{
    (void)state;
    store = NULL;
    strcpy(base, "/tmp/btms-store-XXXXXX");
    if (mkdtemp(base) == NULL || chmod(base, 0755) != 0)
        return -1;
    snprintf(data_dir, sizeof(data_dir), "%s/data", base);
    return 0;
}

static inline void shut(void)
{
    store_close(store);
    store = NULL;
}

static inline int fixture_stop(void **state)
{
    (void)state;
    shut();
    return nftw(base, fixture_remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

/* ---- opening ----------------------------------------------------------------------------- */

/* Only how far a receiver is, with a count that is the same. */
static inline int set_cursor(struct store *s, const char *receiver, uint32_t sequence)
{
    return store_set_place(s, receiver, &(struct store_place){sequence, sequence, 0, false});
}

static inline int get_cursor(struct store *s, const char *receiver, uint32_t *ret)
{
    struct store_place p = {0};
    int rc = store_place(s, receiver, &p);

    *ret = p.sequence;
    return rc;
}

static inline enum store_result try_open(struct store_floor floor)
{
    shut();
    error[0] = '\0';
    return store_open(data_dir, &floor, &store, error, sizeof(error));
}

static inline void reopen(void)
{
    enum store_result r = try_open((struct store_floor){0});

    if (r != STORE_OK)
        print_error("%s\n", error);
    assert_int_equal(r, STORE_OK);
    assert_non_null(store);
}

/* data_dir/`name`, in a buffer used again by the next call but three. */
static inline const char *path_of(const char *name)
{
    static char paths[4][160];
    static int next;

    next = (next + 1) % 4;
    snprintf(paths[next], sizeof(paths[next]), "%s/%s", data_dir, name);
    return paths[next];
}

static inline bool exists(const char *name)
{
    struct stat st;

    return lstat(path_of(name), &st) == 0;
}

static inline mode_t mode_of(const char *name)
{
    struct stat st;

    return lstat(path_of(name), &st) == 0 ? st.st_mode & 07777 : 0;
}

/* ---- events ------------------------------------------------------------------------------ */

static inline struct event event_of(uint32_t sequence, enum event_what what, uint32_t id)
{
    struct event e;

    memset(&e, 0, sizeof(e));
    e.sequence = sequence;
    e.what = (uint8_t)what;
    e.stored = true;
    e.wall_ms = 1700000000000 + sequence;
    e.alarm.id = id;
    e.alarm.kind = 41;
    e.alarm.severity = (uint8_t)(id % 5);
    e.alarm.level = ALARM_OF_CELL;
    e.alarm.gateway = 1 + id % 3;
    e.alarm.ups = 2;
    e.alarm.string = 3;
    e.alarm.cell = (uint16_t)(1 + id % 120);
    e.alarm.has_value = id % 2 == 0;
    e.alarm.value = e.alarm.has_value ? -(int32_t)sequence : 0;
    e.alarm.decimals = 3;
    e.alarm.raised_ms = 1699999990000 + id;
    e.alarm.has_limit = id % 3 == 0;
    e.alarm.limit = e.alarm.has_limit ? -17 : 0;
    e.alarm.peak = e.alarm.has_value ? -(int32_t)id - 5 : 0;
    e.alarm.sources = ALARM_SOURCE_LIMIT;
    e.alarm.stale = id % 4 == 1;
    e.alarm.muted = id % 4 == 2;
    e.alarm.occurrences = id + 1;
    e.alarm.cause_id = id + 2;
    e.alarm.suppressed = id + 3;
    e.alarm.changed_ms = 1699999991000 + id;
    e.alarm.acked_ms = 1699999992000 + id;
    e.alarm.shelved_until_ms = 1699999993000 + id;
    strcpy(e.alarm.acked_by, "j'd");
    strcpy(e.alarm.ack_note, "\"seen\"");
    strcpy(e.alarm.shelved_by, "mm");
    strcpy(e.alarm.shelved_reason, "work");
    strcpy(e.alarm.unit, "V");
    snprintf(e.alarm.object, sizeof(e.alarm.object), "gw-\xc3\xa4 / string 3 / cell %u",
             (unsigned)e.alarm.cell);
    snprintf(e.alarm.text, sizeof(e.alarm.text), "%s: it's \"low\" (event %u)", e.alarm.object,
             (unsigned)sequence);
    return e;
}

/* The history that most tests tell: 1 raises alarm 1, 2 clears it, 3 raises alarm 2, ... */
static inline struct event story(uint32_t sequence)
{
    return event_of(sequence, sequence % 2 ? EVENT_RAISED : EVENT_CLEARED, (sequence + 1) / 2);
}

static inline int tell(struct store *s, uint32_t from, uint32_t to)
{
    struct event *e = calloc(to - from + 1, sizeof(*e));
    int rc;

    for (uint32_t i = from; i <= to; i++)
        e[i - from] = story(i);
    rc = store_append(s, e, to - from + 1);
    free(e);
    return rc;
}

static inline bool event_equal(const struct event *a, const struct event *b)
{
    return memcmp(a, b, sizeof(*a)) == 0;
}

/* Whether the store holds the story from `from` to `to`, the alarms that go with it, and no more. */
static inline bool holds(struct store *s, uint32_t from, uint32_t to)
{
    struct event *e = NULL;
    struct alarm *a = NULL;
    size_t n = 0, actives = 0;
    bool good = store_events_after(s, 0, SIZE_MAX, &e, &n) == 0 &&
                store_active(s, &a, &actives) == 0 && n == to + 1 - from && actives == to % 2;

    for (size_t i = 0; i < n && good; i++) {
        struct event want = story(from + (uint32_t)i);

        good = event_equal(&e[i], &want);
    }
    good = good && (actives == 0 || a[0].id == (to + 1) / 2) && store_numbers(s).sequence >= to;
    free(e);
    free(a);
    return good;
}

/* ---- other processes --------------------------------------------------------------------- */

static inline pid_t spawn(int (*f)(void *), void *ctx)
{
    pid_t pid = fork();

    if (pid == 0)
        _exit(f(ctx));
    assert_true(pid > 0);
    return pid;
}

/* The exit status; 1000 and more: the signal that ended it. */
static inline int ended(pid_t pid)
{
    int status = 0;

    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

#endif
