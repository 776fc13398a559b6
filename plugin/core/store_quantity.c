/* Numbers of the quantities that configuration adds to a device: given once, and kept. */
#include "core/store_db.h"

static const char numbering[] = "number a quantity";

static sqlite3_stmt *prepare(struct store *s, const char *sql, uint32_t device,
                             const struct store_quantity *q)
{
    sqlite3_stmt *st = NULL;

    if (store_db_prepare(s, numbering, sql, &st) != 0)
        return NULL;
    sqlite3_bind_int64(st, 1, device);
    sqlite3_bind_text(st, 2, q->name, -1, SQLITE_STATIC);
    sqlite3_bind_int(st, 3, q->ups);
    sqlite3_bind_int(st, 4, q->string);
    sqlite3_bind_int(st, 5, q->cell);
    return st;
}

/* 1: it has one; 0: it has none; -1. */
static int find(struct store *s, uint32_t device, const struct store_quantity *q, uint16_t *ret)
{
    static const char sql[] = "SELECT idx FROM quantity WHERE device = ?1 AND name = ?2"
                              " AND ups = ?3 AND string = ?4 AND cell = ?5";
    sqlite3_stmt *st = prepare(s, sql, device, q);
    int rc = st != NULL ? sqlite3_step(st) : SQLITE_ERROR;

    if (rc == SQLITE_ROW)
        *ret = (uint16_t)sqlite3_column_int(st, 0);
    rc = rc == SQLITE_ROW    ? 1
         : rc == SQLITE_DONE ? 0
         : st != NULL        ? store_db_fail(s, numbering)
                             : -1;
    sqlite3_finalize(st);
    return rc;
}

/* The one after the highest that this device ever had; the table refuses more than there can be. */
static int add(struct store *s, uint32_t device, const struct store_quantity *q)
{
    static const char sql[] =
        "INSERT OR IGNORE INTO quantity (device, name, ups, string, cell, idx)"
        " SELECT ?1, ?2, ?3, ?4, ?5, COALESCE(MAX(idx), 0) + 1"
        " FROM quantity WHERE device = ?1";
    sqlite3_stmt *st = prepare(s, sql, device, q);
    int rc = st != NULL ? store_db_run(s, numbering, st) : -1;

    sqlite3_finalize(st);
    return rc;
}

int store_quantity(struct store *s, uint32_t device, const struct store_quantity *q, uint16_t *ret)
{
    int rc = find(s, device, q, ret);

    if (rc == 0 && add(s, device, q) == 0)
        rc = find(s, device, q, ret);
    if (rc == 0)
        return store_db_fail(s, numbering);
    return rc > 0 ? 0 : -1;
}
