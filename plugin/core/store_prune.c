/* Old events are deleted: those past their time that nobody waits for, and those that are too many. */
#include "core/store_db.h"

static const char pruning[] = "delete old events";

/* The number that `sql`, with two numbers as ?1 and ?2, gives; `otherwise` where it gives none. */
static int ask_number(struct store *s, const char *sql, int64_t a, int64_t b, int64_t otherwise,
                      int64_t *ret)
{
    sqlite3_stmt *st;
    int rc = store_db_prepare(s, pruning, sql, &st), step;

    if (rc == 0) {
        sqlite3_bind_int64(st, 1, a);
        sqlite3_bind_int64(st, 2, b);
        step = sqlite3_step(st);
        *ret = step == SQLITE_ROW && sqlite3_column_type(st, 0) != SQLITE_NULL
                   ? sqlite3_column_int64(st, 0)
                   : otherwise;
        rc = step == SQLITE_ROW || step == SQLITE_DONE ? 0 : store_db_fail(s, pruning);
    }
    sqlite3_finalize(st);
    return rc;
}

/* The last one that is old enough, and that nobody waits for. The log is looked through in its order,
 * and no further than it is old: the index of times would lead to everything that is not. */
static int last_too_old(struct store *s, int64_t before_ms, int64_t *ret)
{
    int64_t waiting, young;

    if (ask_number(s, "SELECT min(sequence) FROM cursor", 0, 0, UINT32_MAX, &waiting) != 0 ||
        ask_number(s,
                   "SELECT sequence FROM event NOT INDEXED WHERE sequence <= ?1 AND wall_ms >= ?2"
                   " ORDER BY sequence LIMIT 1",
                   waiting, before_ms, waiting + 1, &young) != 0)
        return -1;
    *ret = young - 1;
    return 0;
}

/* The last one that is too many. They are counted only where their numbers say that it may be so. */
static int last_too_many(struct store *s, uint32_t most, int64_t *ret)
{
    int64_t span, n;

    *ret = 0;
    if (ask_number(s, "SELECT max(sequence) - (SELECT min(sequence) FROM event) + 1 FROM event", 0,
                   0, 0, &span) != 0)
        return -1;
    if (span <= most)
        return 0;
    if (ask_number(s, "SELECT count(*) FROM event", 0, 0, 0, &n) != 0)
        return -1;
    if (n <= most)
        return 0;
    n = n - most < STORE_PRUNE_MOST ? n - most : STORE_PRUNE_MOST;
    return ask_number(s, "SELECT sequence FROM event ORDER BY sequence LIMIT 1 OFFSET ?1 - 1", n, 0,
                      0, ret);
}

static int prune(struct store *s, int64_t before_ms, uint32_t most)
{
    sqlite3_stmt *st;
    int64_t old, many;
    int rc;

    if (last_too_old(s, before_ms, &old) != 0 || last_too_many(s, most, &many) != 0)
        return -1;
    rc = store_db_prepare(s, pruning,
                          "DELETE FROM event WHERE sequence IN (SELECT sequence FROM event"
                          " WHERE sequence <= ?1 ORDER BY sequence LIMIT ?2)",
                          &st);
    if (rc == 0) {
        sqlite3_bind_int64(st, 1, old > many ? old : many);
        sqlite3_bind_int64(st, 2, STORE_PRUNE_MOST);
        rc = store_db_run(s, pruning, st);
    }
    sqlite3_finalize(st);
    return rc;
}

int store_prune(struct store *s, int64_t before_ms, uint32_t most)
{
    int rc, deleted = 0;

    if (store_db_begin(s, pruning) != 0)
        return -1;
    rc = prune(s, before_ms, most);
    if (rc == 0)
        deleted = sqlite3_changes(s->db);
    return store_db_end(s, pruning, rc) == 0 ? deleted : -1;
}
