/* Texts that a program keeps under a name of its own, beside the store's numbers in the table meta. */
#include "core/store_db.h"

#include <string.h>

int store_kept_text(struct store *s, const char *name, char **ret)
{
    static const char what[] = "read what is kept";
    sqlite3_stmt *st;
    int rc = store_db_prepare(s, what, "SELECT value FROM meta WHERE key = ?1", &st);

    *ret = NULL;
    if (rc == 0) {
        sqlite3_bind_text(st, 1, name, -1, SQLITE_TRANSIENT);
        rc = sqlite3_step(st);
        if (rc == SQLITE_ROW && sqlite3_column_text(st, 0) != NULL)
            *ret = strdup((const char *)sqlite3_column_text(st, 0));
        rc = rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : store_db_fail(s, what);
    }
    sqlite3_finalize(st);
    return rc;
}

int store_keep_text(struct store *s, const char *name, const char *text)
{
    static const char what[] = "keep a text";
    sqlite3_stmt *st;
    int rc = store_db_begin(s, what);

    if (rc != 0)
        return rc;
    rc = store_db_prepare(s, what, "REPLACE INTO meta (key, value) VALUES (?1, ?2)", &st);
    if (rc == 0) {
        sqlite3_bind_text(st, 1, name, -1, SQLITE_TRANSIENT);
        sqlite3_bind_text(st, 2, text, -1, SQLITE_TRANSIENT);
        rc = store_db_run(s, what, st);
        sqlite3_finalize(st);
    }
    return store_db_end(s, what, rc);
}
