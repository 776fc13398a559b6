/* How far each receiver of notifications is. One row each, changed as a whole. */
#include "core/store_db.h"

#include <stdlib.h>
#include <string.h>

static const char aiming[] = "keep a receiver's place";

static uint32_t number(sqlite3_stmt *st, int i)
{
    int64_t v = sqlite3_column_int64(st, i);

    return v < 0 ? 0 : v > UINT32_MAX ? UINT32_MAX : (uint32_t)v;
}

int store_find_place(struct store *s, const char *receiver, struct store_place *ret)
{
    sqlite3_stmt *st;
    int rc = store_db_prepare(
        s, aiming, "SELECT sequence, number, sent, lost FROM cursor WHERE receiver = ?1", &st);

    if (rc == 0) {
        sqlite3_bind_text(st, 1, receiver, -1, SQLITE_STATIC);
        rc = sqlite3_step(st);
        if (rc == SQLITE_ROW)
            *ret = (struct store_place){number(st, 0), number(st, 1), number(st, 2),
                                        sqlite3_column_int(st, 3) != 0};
        rc = rc == SQLITE_ROW ? 1 : rc == SQLITE_DONE ? 0 : store_db_fail(s, aiming);
    }
    sqlite3_finalize(st);
    return rc;
}

/* `sql` with the receiver as ?1 and its place as ?2 to ?5, whichever of them it has. */
static int change(struct store *s, const char *sql, const char *receiver,
                  const struct store_place *p)
{
    sqlite3_stmt *st;
    int rc = store_db_prepare(s, aiming, sql, &st);

    if (rc == 0) {
        sqlite3_bind_text(st, 1, receiver, -1, SQLITE_STATIC);
        sqlite3_bind_int64(st, 2, p->sequence);
        sqlite3_bind_int64(st, 3, p->number);
        sqlite3_bind_int64(st, 4, p->sent);
        sqlite3_bind_int(st, 5, p->lost);
        rc = store_db_run(s, aiming, st);
    }
    sqlite3_finalize(st);
    return rc;
}

/* Its count begins at the sequence: so it never is above it, and one that had to begin anew at a
 * sequence, as it could not be read, gives no number twice. */
static int begin(struct store *s, const char *receiver, struct store_place *ret)
{
    static const char sql[] = "INSERT OR IGNORE INTO cursor (receiver, sequence, number)"
                              " SELECT ?1, value, value FROM meta WHERE key = 'sequence'";
    static const struct store_place none;

    if (change(s, sql, receiver, &none) != 0)
        return -1;
    return store_find_place(s, receiver, ret) == 1 ? 0 : -1;
}

int store_place(struct store *s, const char *receiver, struct store_place *ret)
{
    struct store_place place = {0};
    int rc = store_find_place(s, receiver, &place);

    if (rc == 0) {
        if (store_db_begin(s, aiming) != 0)
            return -1;
        rc = store_db_end(s, aiming, begin(s, receiver, &place));
    }
    if (rc < 0)
        return -1;
    *ret = place;
    return 0;
}

int store_set_place(struct store *s, const char *receiver, const struct store_place *place)
{
    if (store_db_begin(s, aiming) != 0)
        return -1;
    return store_db_end(s, aiming,
                        change(s,
                               "REPLACE INTO cursor (receiver, sequence, number, sent, lost)"
                               " VALUES (?1, ?2, ?3, ?4, ?5)",
                               receiver, place));
}

/* ---- receivers that are no more ------------------------------------------------------------ */

enum { GONE_MOST = 64 }; /* at a time */

struct gone {
    char *name[GONE_MOST];
    size_t n;
};

static bool is_one_of(const char *name, const char *const *of, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(of[i], name) == 0)
            return true;
    return false;
}

static int find_gone(struct store *s, const char *prefix, const char *const *keep, size_t n,
                     struct gone *ret)
{
    sqlite3_stmt *st;
    int rc = store_db_prepare(s, aiming, "SELECT receiver FROM cursor", &st);
    int step = SQLITE_DONE;

    while (rc == 0 && ret->n < GONE_MOST && (step = sqlite3_step(st)) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(st, 0);

        if (name == NULL || strncmp(name, prefix, strlen(prefix)) != 0 || is_one_of(name, keep, n))
            continue;
        ret->name[ret->n] = strdup(name);
        ret->n += ret->name[ret->n] != NULL;
    }
    if (rc == 0 && step != SQLITE_DONE && step != SQLITE_ROW)
        rc = store_db_fail(s, aiming);
    sqlite3_finalize(st);
    return rc;
}

static int forget_all(struct store *s, const struct gone *g)
{
    static const struct store_place none;
    int rc = store_db_begin(s, aiming);

    if (rc != 0)
        return -1;
    for (size_t i = 0; i < g->n && rc == 0; i++)
        rc = change(s, "DELETE FROM cursor WHERE receiver = ?1", g->name[i], &none);
    return store_db_end(s, aiming, rc);
}

int store_forget_places(struct store *s, const char *prefix, const char *const *keep, size_t n,
                        void (*say)(const char *receiver))
{
    struct gone g = {.n = 0};
    int rc = find_gone(s, prefix, keep, n, &g);

    if (rc == 0 && g.n > 0)
        rc = forget_all(s, &g);
    for (size_t i = 0; i < g.n; i++) {
        if (rc == 0)
            say(g.name[i]);
        free(g.name[i]);
    }
    return rc == 0 ? (int)g.n : -1;
}
