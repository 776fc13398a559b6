/*
 * The table of cells that a person said were replaced. Rows are only ever added: what a cell has now
 * is the row of the latest day, and of that the latest request.
 */
#include "core/store.h"
#include "core/store_db.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void bind_text(sqlite3_stmt *st, int i, const char *text)
{
    sqlite3_bind_text(st, i, text, -1, SQLITE_TRANSIENT);
}

/* Once per request, and a request may be served twice. */
int store_replace(struct store *s, uint32_t device, const struct store_request *r)
{
    static const char what[] = "keep a replacement";
    const int64_t numbers[] = {r->id, device, r->string, r->cell, r->date};
    sqlite3_stmt *st;
    int i = 0, rc;

    if (store_db_prepare(s, what,
                         "REPLACE INTO replacement (request, device, string, cell, date, serial,"
                         " who, note) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                         &st) != 0)
        return -1;
    while (i < (int)(sizeof(numbers) / sizeof(numbers[0]))) {
        sqlite3_bind_int64(st, i + 1, numbers[i]);
        i++;
    }
    bind_text(st, i + 1, r->serial);
    bind_text(st, i + 2, r->by);
    bind_text(st, i + 3, r->note);
    rc = store_db_begin(s, what);
    if (rc == 0)
        rc = store_db_end(s, what, store_db_run(s, what, st));
    sqlite3_finalize(st);
    return rc;
}

/* ---- reading ----------------------------------------------------------------------------- */

static void get_text(sqlite3_stmt *st, int i, char *ret, size_t size)
{
    const char *text = (const char *)sqlite3_column_text(st, i);

    snprintf(ret, size, "%s", text != NULL ? text : "");
    identity_trim(ret);
}

/* The columns string, cell, date, serial, name, who, note. */
static void read_row(sqlite3_stmt *st, struct store_replacement *ret)
{
    memset(ret, 0, sizeof(*ret));
    ret->is.string = (uint8_t)sqlite3_column_int(st, 0);
    ret->is.cell = (uint8_t)sqlite3_column_int(st, 1);
    ret->is.date = (uint32_t)sqlite3_column_int64(st, 2);
    get_text(st, 3, ret->is.serial, sizeof(ret->is.serial));
    get_text(st, 4, ret->gateway, sizeof(ret->gateway));
    get_text(st, 5, ret->by, sizeof(ret->by));
    get_text(st, 6, ret->note, sizeof(ret->note));
}

static int add_row(struct store *s, const char *what, struct store_replacement **rows, size_t *n,
                   sqlite3_stmt *st)
{
    struct store_replacement *grown = realloc(*rows, (*n + 1) * sizeof(*grown));

    if (grown == NULL) {
        snprintf(s->error, sizeof(s->error), "%s: cannot %s: out of memory", s->path, what);
        return -1;
    }
    *rows = grown;
    read_row(st, &grown[(*n)++]);
    return 0;
}

static int read_rows(struct store *s, const char *sql, uint32_t device,
                     struct store_replacement **ret, size_t *ret_n)
{
    static const char what[] = "read replacements";
    sqlite3_stmt *st;
    int rc = store_db_prepare(s, what, sql, &st), step = SQLITE_DONE;

    *ret = NULL;
    *ret_n = 0;
    if (rc == 0)
        sqlite3_bind_int64(st, 1, device);
    while (rc == 0 && (step = sqlite3_step(st)) == SQLITE_ROW)
        rc = add_row(s, what, ret, ret_n, st);
    if (rc == 0 && step != SQLITE_DONE)
        rc = store_db_fail(s, what);
    sqlite3_finalize(st);
    if (rc != 0) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}

#define ROWS                                                                                       \
    "SELECT string, cell, date, serial, ifnull(name, 'device ' || device), who, note"              \
    " FROM replacement LEFT JOIN device ON idx = device WHERE "                                    \
    " string BETWEEN 1 AND 32 AND cell BETWEEN 1 AND 120 AND date BETWEEN 0 AND 99991231 "

int store_replacements(struct store *s, struct store_replacement **ret, size_t *ret_n)
{
    return read_rows(s, ROWS "AND ?1 = 0 ORDER BY date, request", 0, ret, ret_n);
}

static bool same_cell(const struct replacement *a, const struct replacement *b)
{
    return a->string == b->string && a->cell == b->cell;
}

int store_replaced(struct store *s, uint32_t device, struct replacement **ret, size_t *ret_n)
{
    struct store_replacement *row;
    size_t n, kept = 0;

    *ret = NULL;
    *ret_n = 0;
    if (read_rows(s, ROWS "AND device = ?1 ORDER BY string, cell, date, request", device, &row,
                  &n) != 0)
        return -1;
    *ret = calloc(n + 1, sizeof(**ret));
    for (size_t i = 0; *ret != NULL && i < n; i++) {
        kept -= kept > 0 && same_cell(&(*ret)[kept - 1], &row[i].is); /* it is older */
        (*ret)[kept++] = row[i].is;
    }
    free(row);
    *ret_n = kept;
    if (*ret == NULL)
        snprintf(s->error, sizeof(s->error), "%s: cannot read replacements: out of memory",
                 s->path);
    return *ret != NULL ? 0 : -1;
}
