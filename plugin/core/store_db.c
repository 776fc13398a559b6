/*
 * One SQLite connection. Statements are prepared per call and not kept: there are a few calls a
 * minute, and each waits for the disk anyway.
 */
#include "core/store_db.h"

#include <stdio.h>
#include <string.h>

/* What SQLite's own words leave open: whose right it is that is missing, or the system's error. */
static const char *detail(sqlite3 *db)
{
    int code = sqlite3_extended_errcode(db), system = sqlite3_system_errno(db);

    if (code == SQLITE_READONLY_DIRECTORY)
        return "no right to write in the directory";
    if ((code & 0xff) == SQLITE_READONLY)
        return "no right to write the file";
    if (system != 0 && ((code & 0xff) == SQLITE_CANTOPEN || (code & 0xff) == SQLITE_IOERR))
        return strerror(system);
    return NULL;
}

int store_db_fail(struct store *s, const char *what)
{
    const char *more = detail(s->db);

    snprintf(s->error, sizeof(s->error), "%s: cannot %s: %s%s%s", s->path, what,
             sqlite3_errmsg(s->db), more ? ": " : "", more ? more : "");
    return -1;
}

int store_db_exec(struct store *s, const char *what, const char *sql)
{
    return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : store_db_fail(s, what);
}

/* A file that was moved away or deleted still takes writes, which nobody would ever see. */
static int check_place(struct store *s, const char *what)
{
    int moved = 0;

    (void)sqlite3_file_control(s->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    if (!moved)
        return 0;
    snprintf(s->error, sizeof(s->error),
             "%s: cannot %s: the file was moved away and must be opened anew", s->path, what);
    return -1;
}

int store_db_prepare(struct store *s, const char *what, const char *sql, sqlite3_stmt **ret)
{
    *ret = NULL;
    if (check_place(s, what) != 0)
        return -1;
    return sqlite3_prepare_v2(s->db, sql, -1, ret, NULL) == SQLITE_OK ? 0 : store_db_fail(s, what);
}

int store_db_run(struct store *s, const char *what, sqlite3_stmt *st)
{
    int rc;

    do
        rc = sqlite3_step(st);
    while (rc == SQLITE_ROW);
    if (rc != SQLITE_DONE)
        store_db_fail(s, what);
    sqlite3_reset(st);
    return rc == SQLITE_DONE ? 0 : -1;
}

/* IMMEDIATE: a transaction that begins to write later can find that it must not, and then waiting
 * does not help. */
int store_db_begin(struct store *s, const char *what)
{
    int rc = check_place(s, what) == 0 ? store_db_exec(s, what, "BEGIN IMMEDIATE") : -1;

    /* Whoever has waited in vain has alarms to tell: it does not wait as long again. */
    sqlite3_busy_timeout(s->db, rc == 0 ? STORE_BUSY_MS : STORE_BUSY_AGAIN_MS);
    return rc;
}

int store_db_end(struct store *s, const char *what, int rc)
{
    if (rc == 0)
        rc = store_db_exec(s, what, "COMMIT");
    /* Some errors have rolled back already; of a failed COMMIT the transaction is still open. */
    if (rc != 0 && !sqlite3_get_autocommit(s->db))
        (void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
    return rc;
}

static uint32_t bounded(int64_t v)
{
    return v < 0 ? 0 : v > UINT32_MAX ? UINT32_MAX : (uint32_t)v;
}

int store_db_numbers(struct store *s, struct store_floor *ret)
{
    sqlite3_stmt *st;
    int rc = store_db_prepare(s, "read the highest numbers",
                              "SELECT max(CASE key WHEN 'sequence' THEN value END),"
                              " max(CASE key WHEN 'alarmId' THEN value END),"
                              " max(CASE key WHEN 'device' THEN value END) FROM meta",
                              &st);

    if (rc == 0 && sqlite3_step(st) == SQLITE_ROW)
        *ret = (struct store_floor){bounded(sqlite3_column_int64(st, 0)),
                                    bounded(sqlite3_column_int64(st, 1)),
                                    bounded(sqlite3_column_int64(st, 2))};
    else
        rc = store_db_fail(s, "read the highest numbers");
    sqlite3_finalize(st);
    return rc;
}
