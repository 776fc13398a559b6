/*
 * What is done with an open store. Every change is one immediate transaction: it is there as a
 * whole or not at all, whatever happens to the program. Every number that was ever given is kept in
 * `meta`, where neither clearing an alarm nor deleting old events touches it.
 *
 * Rows are read as carefully as a file from elsewhere: a person with a shell may have changed them.
 */
#include "core/store.h"
#include "core/store_db.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint64_t store_id(const struct store *s)
{
    return s->id;
}

const char *store_error(const struct store *s)
{
    return s->error;
}

struct store_floor store_numbers(const struct store *s)
{
    return s->numbers;
}

/* ---- one value in, one value out --------------------------------------------------------- */

static void bind_text(sqlite3_stmt *st, int i, const char *text)
{
    sqlite3_bind_text(st, i, text, -1, SQLITE_TRANSIENT);
}

static int64_t column(sqlite3_stmt *st, int i, int64_t least, int64_t most)
{
    int64_t v = sqlite3_column_int64(st, i);

    return v < least ? least : v > most ? most : v;
}

static void column_text(sqlite3_stmt *st, int i, char *ret, size_t size)
{
    const char *text = (const char *)sqlite3_column_text(st, i);

    snprintf(ret, size, "%s", text != NULL ? text : "");
}

/* Runs `sql` with a text as ?1 and a number as ?2, whichever of them it has. */
static int change(struct store *s, const char *what, const char *sql, const char *text,
                  int64_t number)
{
    sqlite3_stmt *st;
    int rc = store_db_prepare(s, what, sql, &st);

    if (rc == 0) {
        bind_text(st, 1, text);
        sqlite3_bind_int64(st, 2, number);
        rc = store_db_run(s, what, st);
    }
    sqlite3_finalize(st);
    return rc;
}

/* The number that `sql` gives for a text as ?1. 1: found, 0: there is none, -1. */
static int look_up(struct store *s, const char *what, const char *sql, const char *text,
                   uint32_t *ret)
{
    sqlite3_stmt *st;
    int rc = store_db_prepare(s, what, sql, &st);

    if (rc == 0) {
        bind_text(st, 1, text);
        rc = sqlite3_step(st);
        if (rc == SQLITE_ROW)
            *ret = (uint32_t)column(st, 0, 0, UINT32_MAX);
        rc = rc == SQLITE_ROW ? 1 : rc == SQLITE_DONE ? 0 : store_db_fail(s, what);
    }
    sqlite3_finalize(st);
    return rc;
}

/* ---- alarms and events as rows ----------------------------------------------------------- */

#define ALARM_COLUMNS                                                                              \
    "alarm_id, kind, severity, level, gateway, ups, string, cell, value, decimals, unit, object,"  \
    " text, raised_ms, limit_, peak, sources, stale, muted, occurrences, cause_id, suppressed,"    \
    " changed_ms, acked_ms, acked_by, ack_note, shelved_until_ms, shelved_by, shelved_reason"
#define EVENT_COLUMNS "sequence, wall_ms, what, " ALARM_COLUMNS
#define ALARM_HOLDERS                                                                              \
    "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"
#define EVENT_HOLDERS  "?, ?, ?, " ALARM_HOLDERS
#define FIRST_OF_ALARM 3 /* column of EVENT_COLUMNS */

static void bind_or_null(sqlite3_stmt *st, int i, bool there, int64_t value)
{
    if (there)
        sqlite3_bind_int64(st, i, value);
    else
        sqlite3_bind_null(st, i);
}

/* SQLite counts parameters from 1 and columns from 0; `i` is the column in both. */
static void bind_details(sqlite3_stmt *st, int i, const struct alarm *a)
{
    const int64_t rest[] = {a->sources,  a->stale,      a->muted,      a->occurrences,
                            a->cause_id, a->suppressed, a->changed_ms, a->acked_ms};

    bind_or_null(st, ++i, a->has_limit, a->limit);
    bind_or_null(st, ++i, a->has_value, a->peak);
    for (size_t n = 0; n < sizeof(rest) / sizeof(rest[0]); n++)
        sqlite3_bind_int64(st, ++i, rest[n]);
    bind_text(st, ++i, a->acked_by);
    bind_text(st, ++i, a->ack_note);
    sqlite3_bind_int64(st, ++i, a->shelved_until_ms);
    bind_text(st, ++i, a->shelved_by);
    bind_text(st, ++i, a->shelved_reason);
}

static void bind_alarm(sqlite3_stmt *st, int i, const struct alarm *a)
{
    const int64_t head[] = {a->id,      a->kind, a->severity, a->level,
                            a->gateway, a->ups,  a->string,   a->cell};

    for (size_t n = 0; n < sizeof(head) / sizeof(head[0]); n++)
        sqlite3_bind_int64(st, ++i, head[n]);
    bind_or_null(st, ++i, a->has_value, a->value);
    sqlite3_bind_int(st, ++i, a->decimals);
    bind_text(st, ++i, a->unit);
    bind_text(st, ++i, a->object);
    bind_text(st, ++i, a->text);
    sqlite3_bind_int64(st, ++i, a->raised_ms);
    bind_details(st, i, a);
}

static void get_details(sqlite3_stmt *st, int i, struct alarm *ret)
{
    ret->has_limit = sqlite3_column_type(st, i) != SQLITE_NULL;
    ret->limit = (int32_t)column(st, i, INT32_MIN, INT32_MAX);
    ret->peak = (int32_t)column(st, i + 1, INT32_MIN, INT32_MAX);
    ret->sources = (uint8_t)column(st, i + 2, 0, UINT8_MAX);
    ret->stale = column(st, i + 3, 0, 1) != 0;
    ret->muted = column(st, i + 4, 0, 1) != 0;
    ret->occurrences = (uint32_t)column(st, i + 5, 0, UINT32_MAX);
    ret->cause_id = (uint32_t)column(st, i + 6, 0, UINT32_MAX);
    ret->suppressed = (uint32_t)column(st, i + 7, 0, UINT32_MAX);
    ret->changed_ms = sqlite3_column_int64(st, i + 8);
    ret->acked_ms = sqlite3_column_int64(st, i + 9);
    column_text(st, i + 10, ret->acked_by, sizeof(ret->acked_by));
    column_text(st, i + 11, ret->ack_note, sizeof(ret->ack_note));
    ret->shelved_until_ms = sqlite3_column_int64(st, i + 12);
    column_text(st, i + 13, ret->shelved_by, sizeof(ret->shelved_by));
    column_text(st, i + 14, ret->shelved_reason, sizeof(ret->shelved_reason));
}

static void get_alarm(sqlite3_stmt *st, int i, struct alarm *ret)
{
    memset(ret, 0, sizeof(*ret));
    ret->id = (uint32_t)column(st, i, 0, UINT32_MAX);
    ret->kind = (uint16_t)column(st, i + 1, 0, UINT16_MAX);
    ret->severity = (uint8_t)column(st, i + 2, 0, ALARM_CRITICAL);
    ret->level = (uint8_t)column(st, i + 3, 0, ALARM_OF_QUANTITY);
    ret->gateway = (uint32_t)column(st, i + 4, 0, UINT32_MAX);
    ret->ups = (uint16_t)column(st, i + 5, 0, UINT16_MAX);
    ret->string = (uint16_t)column(st, i + 6, 0, UINT16_MAX);
    ret->cell = (uint16_t)column(st, i + 7, 0, UINT16_MAX);
    ret->has_value = sqlite3_column_type(st, i + 8) != SQLITE_NULL;
    ret->value = (int32_t)column(st, i + 8, INT32_MIN, INT32_MAX);
    ret->decimals = (uint8_t)column(st, i + 9, 0, 9);
    column_text(st, i + 10, ret->unit, sizeof(ret->unit));
    column_text(st, i + 11, ret->object, sizeof(ret->object));
    column_text(st, i + 12, ret->text, sizeof(ret->text));
    ret->raised_ms = sqlite3_column_int64(st, i + 13);
    get_details(st, i + 14, ret);
}

static void read_alarm(sqlite3_stmt *st, void *ret)
{
    get_alarm(st, 0, ret);
}

static void read_event(sqlite3_stmt *st, void *ret)
{
    struct event *e = ret;

    memset(e, 0, sizeof(*e));
    e->sequence = (uint32_t)column(st, 0, 0, UINT32_MAX);
    e->wall_ms = sqlite3_column_int64(st, 1);
    e->what = (uint8_t)column(st, 2, EVENT_RAISED, EVENT_UNSHELVED);
    e->stored = true;
    get_alarm(st, FIRST_OF_ALARM, &e->alarm);
}

/* ---- whole tables ------------------------------------------------------------------------ */

struct rows {
    uint8_t *data;
    size_t n, capacity, size; /* of one */
    void (*read)(sqlite3_stmt *st, void *ret);
};

static bool room(struct rows *r)
{
    size_t capacity = r->capacity > 0 ? 2 * r->capacity : 64;
    uint8_t *data;

    if (r->n < r->capacity)
        return true;
    data = realloc(r->data, capacity * r->size);
    if (data == NULL)
        return false;
    r->data = data;
    r->capacity = capacity;
    return true;
}

static int out_of_memory(struct store *s, const char *what)
{
    snprintf(s->error, sizeof(s->error), "%s: cannot %s: out of memory", s->path, what);
    return -1;
}

static int read_rows(struct store *s, const char *what, sqlite3_stmt *st, struct rows *r)
{
    int rc;

    while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
        if (!room(r))
            return out_of_memory(s, what);
        r->read(st, r->data + r->n++ * r->size);
    }
    return rc == SQLITE_DONE ? 0 : store_db_fail(s, what);
}

/* All rows of `sql`, with the two numbers bound to ?1 and ?2. On failure `r` is empty. */
static int query(struct store *s, const char *what, const char *sql, int64_t a, int64_t b,
                 struct rows *r)
{
    sqlite3_stmt *st;
    int rc = store_db_prepare(s, what, sql, &st);

    if (rc == 0) {
        sqlite3_bind_int64(st, 1, a);
        sqlite3_bind_int64(st, 2, b);
        rc = read_rows(s, what, st, r);
    }
    sqlite3_finalize(st);
    if (rc != 0)
        free(r->data);
    return rc;
}

static int64_t limit(size_t most)
{
    return most < INT64_MAX ? (int64_t)most : INT64_MAX;
}

static int query_events(struct store *s, const char *sql, uint32_t after, size_t most,
                        struct event **ret, size_t *ret_n)
{
    struct rows r = {.size = sizeof(struct event), .read = read_event};

    if (query(s, "read events", sql, limit(most), after, &r) != 0)
        return -1;
    *ret = (struct event *)(void *)r.data;
    *ret_n = r.n;
    return 0;
}

int store_active(struct store *s, struct alarm **ret, size_t *ret_n)
{
    struct rows r = {.size = sizeof(struct alarm), .read = read_alarm};

    if (query(s, "read the active alarms", "SELECT " ALARM_COLUMNS " FROM active ORDER BY alarm_id",
              0, 0, &r) != 0)
        return -1;
    *ret = (struct alarm *)(void *)r.data;
    *ret_n = r.n;
    return 0;
}

int store_last_events(struct store *s, size_t most, struct event **ret, size_t *ret_n)
{
    return query_events(s,
                        "SELECT * FROM (SELECT " EVENT_COLUMNS
                        " FROM event ORDER BY sequence DESC LIMIT ?1) ORDER BY sequence",
                        0, most, ret, ret_n);
}

int store_events_after(struct store *s, uint32_t after, size_t most, struct event **ret,
                       size_t *ret_n)
{
    return query_events(
        s, "SELECT " EVENT_COLUMNS " FROM event WHERE sequence > ?2 ORDER BY sequence LIMIT ?1",
        after, most, ret, ret_n);
}

/* ---- events ------------------------------------------------------------------------------ */

static const char storing[] = "store events";

struct appending {
    sqlite3_stmt *event, *same, *active, *cleared;
};

static int prepare_appending(struct store *s, struct appending *ret)
{
    if (store_db_prepare(s, storing,
                         "INSERT OR IGNORE INTO event (" EVENT_COLUMNS ") VALUES (" EVENT_HOLDERS
                         ")",
                         &ret->event) != 0 ||
        store_db_prepare(s, storing,
                         "SELECT 1 FROM event WHERE sequence = ? AND wall_ms = ? AND what = ?"
                         " AND alarm_id = ?",
                         &ret->same) != 0 ||
        store_db_prepare(s, storing,
                         "REPLACE INTO active (" ALARM_COLUMNS ") VALUES (" ALARM_HOLDERS ")",
                         &ret->active) != 0)
        return -1;
    return store_db_prepare(s, storing, "DELETE FROM active WHERE alarm_id = ?", &ret->cleared);
}

/* An event of this sequence is there: the same one, or one of a program that was faster? */
static int check_same(struct store *s, sqlite3_stmt *st, const struct event *e)
{
    int rc;

    sqlite3_bind_int64(st, 1, e->sequence);
    sqlite3_bind_int64(st, 2, e->wall_ms);
    sqlite3_bind_int(st, 3, e->what);
    sqlite3_bind_int64(st, 4, e->alarm.id);
    rc = sqlite3_step(st);
    sqlite3_reset(st);
    if (rc == SQLITE_ROW)
        return 0;
    if (rc != SQLITE_DONE)
        return store_db_fail(s, storing);
    snprintf(s->error, sizeof(s->error), "%s: cannot %s: sequence %" PRIu32 " is another event's",
             s->path, storing, e->sequence);
    return -1;
}

static int append_one(struct store *s, const struct appending *a, const struct event *e)
{
    sqlite3_bind_int64(a->event, 1, e->sequence);
    sqlite3_bind_int64(a->event, 2, e->wall_ms);
    sqlite3_bind_int(a->event, 3, e->what);
    bind_alarm(a->event, FIRST_OF_ALARM, &e->alarm);
    if (store_db_run(s, storing, a->event) != 0)
        return -1;
    if (sqlite3_changes(s->db) == 0)
        return check_same(s, a->same, e); /* what is active has gone on since */
    if (e->what == EVENT_CLEARED) {
        sqlite3_bind_int64(a->cleared, 1, e->alarm.id);
        return store_db_run(s, storing, a->cleared);
    }
    bind_alarm(a->active, 0, &e->alarm);
    return store_db_run(s, storing, a->active);
}

int store_try(struct store *s)
{
    static const char what[] = "write to it";
    int rc;

    if (store_db_begin(s, what) != 0)
        return -1;
    rc = change(s, what, "UPDATE meta SET value = value WHERE key = ?1", "sequence", 0);
    return store_db_end(s, what, rc);
}

static int keep_one(struct store *s, sqlite3_stmt *st, const struct alarm *a)
{
    sqlite3_bind_int64(st, 1, a->id);
    bind_or_null(st, 2, a->has_value, a->value);
    bind_or_null(st, 3, a->has_value, a->peak);
    bind_or_null(st, 4, a->has_limit, a->limit);
    sqlite3_bind_int(st, 5, a->sources);
    sqlite3_bind_int(st, 6, a->stale);
    sqlite3_bind_int64(st, 7, a->occurrences);
    sqlite3_bind_int64(st, 8, a->cause_id);
    sqlite3_bind_int64(st, 9, a->changed_ms);
    bind_text(st, 10, a->text);
    return store_db_run(s, "keep the active alarms", st);
}

int store_keep(struct store *s, const struct alarm *alarm, size_t n)
{
    static const char what[] = "keep the active alarms";
    sqlite3_stmt *st;
    int rc;

    if (store_db_begin(s, what) != 0)
        return -1;
    rc = store_db_prepare(s, what,
                          "UPDATE active SET value = ?2, peak = ?3, limit_ = ?4, sources = ?5,"
                          " stale = ?6, occurrences = ?7, cause_id = ?8, changed_ms = ?9,"
                          " text = ?10 WHERE alarm_id = ?1",
                          &st);
    for (size_t i = 0; i < n && rc == 0; i++)
        rc = keep_one(s, st, &alarm[i]);
    sqlite3_finalize(st);
    return store_db_end(s, what, rc);
}

static const char set_number[] = "UPDATE meta SET value = max(value, ?2) WHERE key = ?1";

/* Gives `*n` the next number if it has none. The highest that there is is never used: who looks for
 * the one after it would begin anew. */
static bool take_number(uint32_t *n, uint32_t *highest)
{
    if (*n == 0)
        *n = *highest < UINT32_MAX ? *highest + 1 : UINT32_MAX;
    *highest = *n > *highest ? *n : *highest;
    return *n < UINT32_MAX;
}

/* Numbers what has none, above all given so far by any program: inside of the transaction nobody
 * else can. */
static int number_new(struct store *s, struct event *event, size_t n)
{
    struct store_floor now;

    if (store_db_numbers(s, &now) != 0)
        return -1;
    for (size_t i = 0; i < n; i++) {
        if (take_number(&event[i].sequence, &now.sequence) &&
            take_number(&event[i].alarm.id, &now.alarm_id))
            continue;
        snprintf(s->error, sizeof(s->error), "%s: cannot %s: no number is left", s->path, storing);
        return -1;
    }
    return 0;
}

static int append_all(struct store *s, const struct event *event, size_t n)
{
    struct appending a = {0};
    uint32_t sequence = 0, alarm_id = 0;
    int rc = prepare_appending(s, &a);

    for (size_t i = 0; i < n && rc == 0; i++) {
        rc = append_one(s, &a, &event[i]);
        sequence = event[i].sequence > sequence ? event[i].sequence : sequence;
        alarm_id = event[i].alarm.id > alarm_id ? event[i].alarm.id : alarm_id;
    }
    sqlite3_finalize(a.event);
    sqlite3_finalize(a.same);
    sqlite3_finalize(a.active);
    sqlite3_finalize(a.cleared);
    if (rc == 0)
        rc = change(s, storing, set_number, "sequence", sequence);
    return rc == 0 ? change(s, storing, set_number, "alarmId", alarm_id) : rc;
}

/* Commits what `rc` says went well, and takes note of the numbers it gave. */
static int commit(struct store *s, const char *what, int rc)
{
    struct store_floor now = s->numbers;

    if (rc == 0)
        rc = store_db_numbers(s, &now);
    rc = store_db_end(s, what, rc);
    if (rc == 0)
        s->numbers = now;
    return rc;
}

int store_append(struct store *s, struct event *event, size_t n)
{
    struct event *numbered;
    int rc;

    if (n == 0)
        return 0;
    numbered = malloc(n * sizeof(*numbered));
    if (numbered == NULL || store_db_begin(s, storing) != 0) {
        free(numbered);
        return -1;
    }
    memcpy(numbered, event, n * sizeof(*numbered));
    rc = number_new(s, numbered, n);
    if (rc == 0)
        rc = append_all(s, numbered, n);
    rc = commit(s, storing, rc);
    if (rc == 0) /* numbers are given only if they are kept */
        memcpy(event, numbered, n * sizeof(*numbered));
    free(numbered);
    return rc;
}

/* ---- devices ----------------------------------------------------------------------------- */

static const char indexing[] = "look up a device";
static const char device_of[] = "SELECT idx FROM device WHERE name = ?1";

/* Asked again inside the transaction: another program may have been faster. */
static int add_device(struct store *s, const char *name, uint32_t *ret)
{
    struct store_floor now;
    int rc = look_up(s, indexing, device_of, name, ret);

    if (rc != 0)
        return rc > 0 ? 0 : -1;
    if (store_db_numbers(s, &now) != 0)
        return -1;
    if (now.device == UINT32_MAX) {
        snprintf(s->error, sizeof(s->error), "%s: cannot %s: no index is left", s->path, indexing);
        return -1;
    }
    *ret = now.device + 1;
    if (change(s, indexing, "INSERT INTO device (name, idx) VALUES (?1, ?2)", name, *ret) != 0)
        return -1;
    return change(s, indexing, set_number, "device", *ret);
}

int store_device(struct store *s, const char *name, uint32_t *ret)
{
    uint32_t index = 0;
    int rc = look_up(s, indexing, device_of, name, &index);

    if (rc == 0) {
        if (store_db_begin(s, indexing) != 0)
            return -1;
        rc = commit(s, indexing, add_device(s, name, &index));
    }
    if (rc < 0)
        return -1;
    *ret = index;
    return 0;
}
