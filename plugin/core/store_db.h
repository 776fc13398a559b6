/*
 * store_db - what store.c and store_open.c share: one SQLite connection and its errors.
 */
#ifndef BTMS_STORE_DB_H
#define BTMS_STORE_DB_H

#include "core/store.h"

#include <sqlite3.h>

/* How long to wait for one who writes; and for one who did not end within that time. */
enum { STORE_BUSY_MS = 2000, STORE_BUSY_AGAIN_MS = 50 };

struct store {
    sqlite3 *db;
    char *path;
    uint64_t id;
    struct store_floor numbers; /* as read last */
    char error[512];
};

/* All but store_db_error_code(): 0, or -1 with s->error set to "<path>: cannot <what>: <why>". */

/* Says why `what` failed. Returns -1. */
int store_db_fail(struct store *s, const char *what);
/* Runs SQL that takes and returns nothing. */
int store_db_exec(struct store *s, const char *what, const char *sql);
int store_db_prepare(struct store *s, const char *what, const char *sql, sqlite3_stmt **ret);
/* Runs a statement to its end and lets it start anew; its values stay bound. */
int store_db_run(struct store *s, const char *what, sqlite3_stmt *st);
/* A write transaction. end() commits if `rc` is 0, else rolls back; returns -1 if it did not. */
int store_db_begin(struct store *s, const char *what);
int store_db_end(struct store *s, const char *what, int rc);

/* Reads the highest numbers given. */
int store_db_numbers(struct store *s, struct store_floor *ret);

#endif
