/*
 * Two tables that are none of the log's: what is expected of each device, and what persons have
 * asked the plugin to do. A request stays after it was answered, as a record; the oldest answered
 * ones go when there are many.
 */
#include "core/store.h"
#include "core/store_db.h"

#include <stdio.h>
#include <string.h>

enum { REQUESTS_KEPT = 1000 };

static void bind_text(sqlite3_stmt *st, int i, const char *text)
{
    sqlite3_bind_text(st, i, text, -1, SQLITE_TRANSIENT);
}

static void get_text(sqlite3_stmt *st, int i, char *ret, size_t size)
{
    const char *text = (const char *)sqlite3_column_text(st, i);

    snprintf(ret, size, "%s", text != NULL ? text : "");
}

static int64_t get_number(sqlite3_stmt *st, int i, int64_t most)
{
    int64_t v = sqlite3_column_int64(st, i);

    return v < 0 ? 0 : v > most ? most : v;
}

/* Runs one statement as a transaction of its own, and ends it. */
static int change(struct store *s, const char *what, sqlite3_stmt *st)
{
    int rc = store_db_begin(s, what);

    if (rc == 0)
        rc = store_db_end(s, what, store_db_run(s, what, st));
    sqlite3_finalize(st);
    return rc;
}

/* ---- what is expected -------------------------------------------------------------------- */

int store_expected(struct store *s, uint32_t device, char *ret, size_t size)
{
    static const char what[] = "read what is expected";
    sqlite3_stmt *st;
    int rc = store_db_prepare(s, what, "SELECT content FROM expected WHERE device = ?1", &st);

    *ret = '\0';
    if (rc == 0) {
        sqlite3_bind_int64(st, 1, device);
        rc = sqlite3_step(st);
        if (rc == SQLITE_ROW)
            get_text(st, 0, ret, size);
        rc = rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : store_db_fail(s, what);
    }
    sqlite3_finalize(st);
    return rc;
}

int store_expect(struct store *s, uint32_t device, const char *content)
{
    static const char what[] = "keep what is expected";
    sqlite3_stmt *st;

    if (store_db_prepare(s, what, "REPLACE INTO expected (device, content) VALUES (?1, ?2)", &st) !=
        0)
        return -1;
    sqlite3_bind_int64(st, 1, device);
    bind_text(st, 2, content);
    return change(s, what, st);
}

/* ---- requests ---------------------------------------------------------------------------- */

#define COLUMNS                                                                                    \
    "id, asked_ms, verb, alarm_id, level, gateway, ups, string, cell, for_ms, safety, who, note,"  \
    " state, answer, date, serial"

static void read_request(sqlite3_stmt *st, struct store_request *ret)
{
    memset(ret, 0, sizeof(*ret));
    ret->id = (uint32_t)get_number(st, 0, UINT32_MAX);
    ret->asked_ms = sqlite3_column_int64(st, 1);
    ret->verb = (uint8_t)get_number(st, 2, UINT8_MAX);
    ret->alarm_id = (uint32_t)get_number(st, 3, UINT32_MAX);
    ret->level = (uint8_t)get_number(st, 4, ALARM_OF_QUANTITY);
    get_text(st, 5, ret->gateway, sizeof(ret->gateway));
    ret->ups = (uint16_t)get_number(st, 6, UINT16_MAX);
    ret->string = (uint16_t)get_number(st, 7, UINT16_MAX);
    ret->cell = (uint16_t)get_number(st, 8, UINT16_MAX);
    ret->for_ms = get_number(st, 9, INT64_MAX);
    ret->safety = get_number(st, 10, 1) != 0;
    get_text(st, 11, ret->by, sizeof(ret->by));
    get_text(st, 12, ret->note, sizeof(ret->note));
    ret->state = (uint8_t)get_number(st, 13, STORE_REFUSED);
    get_text(st, 14, ret->answer, sizeof(ret->answer));
    ret->date = (uint32_t)get_number(st, 15, UINT32_MAX);
    get_text(st, 16, ret->serial, sizeof(ret->serial));
}

static void bind_request(sqlite3_stmt *st, const struct store_request *r)
{
    const int64_t head[] = {r->asked_ms, r->verb, r->alarm_id, r->level};
    const int64_t rest[] = {r->ups, r->string, r->cell, r->for_ms, r->safety};
    int i = 0;

    for (size_t n = 0; n < sizeof(head) / sizeof(head[0]); n++)
        sqlite3_bind_int64(st, ++i, head[n]);
    bind_text(st, ++i, r->gateway);
    for (size_t n = 0; n < sizeof(rest) / sizeof(rest[0]); n++)
        sqlite3_bind_int64(st, ++i, rest[n]);
    bind_text(st, ++i, r->by);
    bind_text(st, ++i, r->note);
    sqlite3_bind_int64(st, ++i, r->date);
    bind_text(st, ++i, r->serial);
}

int store_ask(struct store *s, struct store_request *r)
{
    static const char what[] = "leave a request";
    sqlite3_stmt *st;
    int rc;

    if (store_db_prepare(s, what,
                         "INSERT INTO request (asked_ms, verb, alarm_id, level, gateway, ups,"
                         " string, cell, for_ms, safety, who, note, date, serial)"
                         " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                         &st) != 0)
        return -1;
    bind_request(st, r);
    rc = change(s, what, st);
    if (rc == 0)
        r->id = (uint32_t)sqlite3_last_insert_rowid(s->db);
    return rc;
}

static int read_all(struct store *s, const char *what, sqlite3_stmt *st, struct store_request *ret,
                    size_t most, size_t *ret_n)
{
    int rc = SQLITE_DONE;

    *ret_n = 0;
    while (*ret_n < most && (rc = sqlite3_step(st)) == SQLITE_ROW)
        read_request(st, &ret[(*ret_n)++]);
    return rc == SQLITE_DONE || rc == SQLITE_ROW ? 0 : store_db_fail(s, what);
}

int store_requests(struct store *s, size_t most, struct store_request *ret, size_t *ret_n)
{
    static const char what[] = "read requests";
    sqlite3_stmt *st;
    int rc = store_db_prepare(
        s, what, "SELECT " COLUMNS " FROM request WHERE state = 0 ORDER BY id LIMIT ?1", &st);

    if (rc == 0) {
        sqlite3_bind_int64(st, 1, (int64_t)most);
        rc = read_all(s, what, st, ret, most, ret_n);
    }
    sqlite3_finalize(st);
    return rc;
}

int store_request(struct store *s, uint32_t id, struct store_request *ret)
{
    static const char what[] = "read a request";
    sqlite3_stmt *st;
    size_t n = 0;
    int rc = store_db_prepare(s, what, "SELECT " COLUMNS " FROM request WHERE id = ?1", &st);

    if (rc == 0) {
        sqlite3_bind_int64(st, 1, id);
        rc = read_all(s, what, st, ret, 1, &n);
    }
    sqlite3_finalize(st);
    if (rc == 0 && n == 0)
        *ret = (struct store_request){
            .id = id, .state = STORE_REFUSED, .answer = "there is no such request any more"};
    return rc;
}

/* Answers, and lets go of what was answered long ago. */
int store_answer(struct store *s, uint32_t id, enum store_answer state, const char *answer)
{
    static const char what[] = "answer a request";
    sqlite3_stmt *st, *old;
    int rc = store_db_begin(s, what);

    if (rc != 0)
        return rc;
    rc = store_db_prepare(s, what, "UPDATE request SET state = ?2, answer = ?3 WHERE id = ?1", &st);
    if (rc == 0) {
        sqlite3_bind_int64(st, 1, id);
        sqlite3_bind_int(st, 2, (int)state);
        bind_text(st, 3, answer);
        rc = store_db_run(s, what, st);
    }
    sqlite3_finalize(st);
    if (rc == 0)
        rc = store_db_prepare(s, what, "DELETE FROM request WHERE state <> 0 AND id <= ?1", &old);
    if (rc == 0) {
        sqlite3_bind_int64(old, 1, (int64_t)id - REQUESTS_KEPT);
        rc = store_db_run(s, what, old);
        sqlite3_finalize(old);
    }
    return store_db_end(s, what, rc);
}
