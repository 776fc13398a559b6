/*
 * Opening btms.db: make it, check it, bring its schema up to date, or put a damaged one aside.
 *
 * The file is made here and not by SQLite, for its mode: SQLite gives -wal and -shm the mode of the
 * file itself, and with the directory's set-group-id bit all three belong to the group. A file that
 * is there already is never opened but by SQLite: closing any descriptor of it would drop the locks
 * that this process holds through another connection.
 *
 * A damaged file is moved under a lock on the directory, and only if it is still the one that was
 * looked at: two programs may find the damage at the same time, and the second one must not put
 * the new file aside. Whoever has the old file open is told at its next call (check_place).
 */
#include "core/fsio.h"
#include "core/store_db.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ASIDE_MAX = 1000 };

#define FILE_NAME "btms.db"

#define ALARM_COLUMNS                                                                              \
    " kind INTEGER NOT NULL, severity INTEGER NOT NULL, level INTEGER NOT NULL,"                   \
    " gateway INTEGER NOT NULL, ups INTEGER NOT NULL, string INTEGER NOT NULL,"                    \
    " cell INTEGER NOT NULL, value INTEGER, decimals INTEGER NOT NULL, unit TEXT NOT NULL,"        \
    " object TEXT NOT NULL, text TEXT NOT NULL, raised_ms INTEGER NOT NULL"

#define ADD_TO(table, column)     "ALTER TABLE " table " ADD COLUMN " column ";"
#define ADD_NUMBER(table, column) ADD_TO(table, column " INTEGER NOT NULL DEFAULT 0")
#define ADD_TEXT(table, column)   ADD_TO(table, column " TEXT NOT NULL DEFAULT ''")

/* What alarms got in version 2; LIMIT is a word of SQL. What was raised before has its value as its
 * peak. */
#define ADD_DETAILS(t)                                                                             \
    ADD_TO(t, "limit_ INTEGER")                                                                    \
    ADD_TO(t, "peak INTEGER")                                                                      \
    ADD_NUMBER(t, "sources")                                                                       \
    ADD_NUMBER(t, "stale")                                                                         \
    ADD_NUMBER(t, "muted")                                                                         \
    ADD_NUMBER(t, "occurrences")                                                                   \
    ADD_NUMBER(t, "cause_id")                                                                      \
    ADD_NUMBER(t, "suppressed")                                                                    \
    ADD_NUMBER(t, "changed_ms")                                                                    \
    ADD_NUMBER(t, "acked_ms")                                                                      \
    ADD_TEXT(t, "acked_by")                                                                        \
    ADD_TEXT(t, "ack_note")                                                                        \
    ADD_NUMBER(t, "shelved_until_ms")                                                              \
    ADD_TEXT(t, "shelved_by")                                                                      \
    ADD_TEXT(t, "shelved_reason")                                                                  \
    "UPDATE " t " SET peak = value;"

/* Step n leads from user_version n to n + 1. Never change one that was released: add another. The
 * view is for people. */
/* clang-format off */
static const char *const migrations[] = {
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;"
    "INSERT INTO meta VALUES ('sequence', 0), ('alarmId', 0), ('device', 0),"
    " ('storeId', printf('%016x', random() | 1));"
    "CREATE TABLE device (idx INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
    "CREATE TABLE event (sequence INTEGER PRIMARY KEY, wall_ms INTEGER NOT NULL,"
    " what INTEGER NOT NULL, alarm_id INTEGER NOT NULL," ALARM_COLUMNS ");"
    "CREATE INDEX event_wall_ms ON event (wall_ms);"
    "CREATE TABLE active (alarm_id INTEGER PRIMARY KEY," ALARM_COLUMNS ");"
    "CREATE TABLE cursor (receiver TEXT PRIMARY KEY, sequence INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE VIEW log AS SELECT sequence, datetime(wall_ms / 1000, 'unixepoch') AS utc,"
    " CASE what WHEN 1 THEN 'raised' WHEN 2 THEN 'cleared' WHEN 3 THEN 'changed'"
    " WHEN 4 THEN 'acknowledged' ELSE what END AS what, alarm_id,"
    " CASE severity WHEN 0 THEN 'info' WHEN 1 THEN 'warning' WHEN 2 THEN 'minor'"
    " WHEN 3 THEN 'major' WHEN 4 THEN 'critical' ELSE severity END AS severity, text FROM event;",

    /* Until then a receiver's count was the sequence itself. */
    ADD_NUMBER("cursor", "number")
    ADD_NUMBER("cursor", "sent")
    ADD_NUMBER("cursor", "lost")
    "UPDATE cursor SET number = sequence;"
    ADD_DETAILS("event")
    ADD_DETAILS("active")
    "CREATE TABLE expected (device INTEGER PRIMARY KEY, content TEXT NOT NULL);"
    "CREATE TABLE request (id INTEGER PRIMARY KEY AUTOINCREMENT, asked_ms INTEGER NOT NULL,"
    " verb INTEGER NOT NULL, alarm_id INTEGER NOT NULL, level INTEGER NOT NULL,"
    " gateway TEXT NOT NULL, ups INTEGER NOT NULL, string INTEGER NOT NULL,"
    " cell INTEGER NOT NULL, for_ms INTEGER NOT NULL, safety INTEGER NOT NULL,"
    " who TEXT NOT NULL, note TEXT NOT NULL, state INTEGER NOT NULL DEFAULT 0,"
    " answer TEXT NOT NULL DEFAULT '');"
    "CREATE INDEX request_queued ON request (id) WHERE state = 0;"
    "DROP VIEW log;"
    "CREATE VIEW log AS SELECT sequence, datetime(wall_ms / 1000, 'unixepoch') AS utc,"
    " CASE what WHEN 1 THEN 'raised' WHEN 2 THEN 'cleared' WHEN 3 THEN 'changed'"
    " WHEN 4 THEN 'acknowledged' WHEN 5 THEN 'shelved' WHEN 6 THEN 'unshelved'"
    " ELSE what END AS what, alarm_id,"
    " CASE severity WHEN 0 THEN 'info' WHEN 1 THEN 'warning' WHEN 2 THEN 'minor'"
    " WHEN 3 THEN 'major' WHEN 4 THEN 'critical' ELSE severity END AS severity,"
    " CASE muted WHEN 0 THEN '' ELSE 'muted' END AS muted, text FROM event;",

    /* Cells that a person said were replaced: a day, and what is written on the new one. */
    ADD_NUMBER("request", "date")
    ADD_TEXT("request", "serial")
    "CREATE TABLE replacement (request INTEGER PRIMARY KEY, device INTEGER NOT NULL,"
    " string INTEGER NOT NULL, cell INTEGER NOT NULL, date INTEGER NOT NULL,"
    " serial TEXT NOT NULL, who TEXT NOT NULL, note TEXT NOT NULL);"
    "CREATE INDEX replacement_of ON replacement (device, string, cell, date);"
    /* Numbers of quantities. */
    "CREATE TABLE quantity (device INTEGER NOT NULL,"
    " idx INTEGER NOT NULL CHECK (idx BETWEEN 1 AND 16383), name TEXT NOT NULL,"
    " ups INTEGER NOT NULL, string INTEGER NOT NULL, cell INTEGER NOT NULL,"
    " PRIMARY KEY (device, idx), UNIQUE (device, name, ups, string, cell)) WITHOUT ROWID;",
};
/* clang-format on */

enum { SCHEMA = sizeof(migrations) / sizeof(migrations[0]) };

/* What opening comes to before it is told as a store_result. */
enum opening { OPENED, DAMAGED, NEWER, FAILED };

/* ---- the directory ----------------------------------------------------------------------- */

/* In a directory that we make the files belong to group btms, if there is one and we may. */
static void give_to_group(int dir)
{
    struct group g, *found = NULL;
    char names[4096];

    if (getgrnam_r("btms", &g, names, sizeof(names), &found) != 0 || found == NULL)
        return;
    if (fchown(dir, (uid_t)-1, g.gr_gid) == 0)
        (void)fchmod(dir, 02770);
}

int store_open_dir(const char *path)
{
    bool there = access(path, F_OK) == 0;
    int dir = fsio_open_dir(path, 02770);

    if (dir >= 0 && !there)
        give_to_group(dir);
    return dir;
}

int store_lock_dir(const char *path, const char *name)
{
    int dir = store_open_dir(path);
    int lock = dir >= 0 ? fsio_lock(dir, name) : dir;

    if (dir >= 0)
        close(dir);
    return lock;
}

static int make_file(int dir)
{
    int fd = openat(dir, FILE_NAME, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    int err = 0;

    if (fd < 0)
        return errno == EEXIST ? 0 : -errno;
    if (fchmod(fd, 0660) != 0)
        err = -errno;
    close(fd);
    return err;
}

/* ---- the file ---------------------------------------------------------------------------- */

static enum opening opening_of(const struct store *s)
{
    int code = sqlite3_errcode(s->db) & 0xff;

    return code == SQLITE_NOTADB || code == SQLITE_CORRUPT ? DAMAGED : FAILED;
}

/* The single value that `sql` gives, as text; -1 if there is none. */
static int ask(struct store *s, const char *what, const char *sql, char *ret, size_t size)
{
    sqlite3_stmt *st;
    int rc = store_db_prepare(s, what, sql, &st);

    const unsigned char *text = NULL;

    if (rc == 0 && sqlite3_step(st) == SQLITE_ROW)
        text = sqlite3_column_text(st, 0);
    if (text != NULL)
        snprintf(ret, size, "%s", (const char *)text);
    else if (rc == 0)
        rc = store_db_fail(s, what);
    sqlite3_finalize(st);
    return rc;
}

static enum opening check_version(struct store *s, int *ret)
{
    char version[32];

    if (ask(s, "read the version of", "PRAGMA user_version", version, sizeof(version)) != 0)
        return opening_of(s);
    *ret = atoi(version);
    if (*ret >= 0 && *ret <= SCHEMA)
        return OPENED;
    snprintf(s->error, sizeof(s->error),
             "%s: has schema version %d and this program knows no more than %d: left as it is",
             s->path, *ret, (int)SCHEMA);
    return NEWER;
}

static enum opening check_content(struct store *s)
{
    char verdict[256];

    if (ask(s, "check", "PRAGMA quick_check(1)", verdict, sizeof(verdict)) != 0)
        return opening_of(s);
    if (strcmp(verdict, "ok") == 0)
        return OPENED;
    snprintf(s->error, sizeof(s->error), "%s: fails the check of its content: %s", s->path,
             verdict);
    return DAMAGED;
}

static enum opening set_up(struct store *s)
{
    static const char what[] = "set up";
    char mode[16];

    if (ask(s, what, "PRAGMA journal_mode = WAL", mode, sizeof(mode)) != 0)
        return opening_of(s);
    if (sqlite3_db_readonly(s->db, "main") == 1) { /* SQLite goes on reading then, silently */
        snprintf(s->error, sizeof(s->error), "%s: cannot open: no right to write the file",
                 s->path);
        return FAILED;
    }
    if (strcmp(mode, "wal") != 0) {
        snprintf(s->error, sizeof(s->error),
                 "%s: cannot be put into WAL mode: its file system cannot lock or map files",
                 s->path);
        return FAILED;
    }
    /* The size limit: a log that grew once does not stay large for ever. */
    if (store_db_exec(s, what, "PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 4194304"))
        return opening_of(s);
    return OPENED;
}

/* ---- schema and numbers ------------------------------------------------------------------ */

static int migrate(struct store *s, int version)
{
    char done[64];
    int rc = 0;

    for (int v = version; v < SCHEMA && rc == 0; v++)
        rc = store_db_exec(s, "bring up to date", migrations[v]);
    snprintf(done, sizeof(done), "PRAGMA user_version = %d", (int)SCHEMA);
    return rc == 0 && version < SCHEMA ? store_db_exec(s, "bring up to date", done) : rc;
}

static int raise_number(struct store *s, const char *key, uint32_t now, uint32_t floor)
{
    char sql[128];

    if (floor <= now)
        return 0;
    snprintf(sql, sizeof(sql), "UPDATE meta SET value = %" PRIu32 " WHERE key = '%s'", floor, key);
    return store_db_exec(s, "raise the numbers of", sql);
}

static int raise_numbers(struct store *s, const struct store_floor *floor)
{
    struct store_floor now;

    if (store_db_numbers(s, &now) != 0 ||
        raise_number(s, "sequence", now.sequence, floor->sequence) != 0 ||
        raise_number(s, "alarmId", now.alarm_id, floor->alarm_id) != 0 ||
        raise_number(s, "device", now.device, floor->device) != 0)
        return -1;
    return store_db_numbers(s, &s->numbers);
}

static int read_id(struct store *s)
{
    char text[32];

    if (ask(s, "read the id of", "SELECT value FROM meta WHERE key = 'storeId'", text,
            sizeof(text)) != 0)
        return -1;
    s->id = strtoull(text, NULL, 16);
    if (s->id != 0)
        return 0;
    snprintf(s->error, sizeof(s->error), "%s: cannot read the id of: \"%s\" is none", s->path,
             text);
    return -1;
}

/* In one transaction, and the version asked once more inside: another program may be at it too. */
static enum opening bring_up(struct store *s, const struct store_floor *floor)
{
    static const char what[] = "bring up to date";
    enum opening o;
    int version, rc;

    if (store_db_begin(s, what) != 0)
        return opening_of(s);
    o = check_version(s, &version);
    rc = o == OPENED ? migrate(s, version) : -1;
    if (rc == 0)
        rc = raise_numbers(s, floor);
    if (rc == 0)
        rc = read_id(s);
    if (rc != 0 && o == OPENED)
        o = opening_of(s);
    if (store_db_end(s, what, rc) != 0 && o == OPENED)
        o = opening_of(s);
    return o;
}

/* ---- putting a damaged file aside -------------------------------------------------------- */

static int move(int dir, const char *suffix, int n)
{
    char from[32], to[64];

    snprintf(from, sizeof(from), FILE_NAME "%s", suffix);
    snprintf(to, sizeof(to), FILE_NAME ".corrupt-%d%s", n, suffix);
    return renameat(dir, from, dir, to) == 0 || errno == ENOENT ? 0 : -errno;
}

static bool taken(int dir, int n)
{
    char name[64];
    struct stat st;

    snprintf(name, sizeof(name), FILE_NAME ".corrupt-%d", n);
    return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

/* The log first: a damaged file without its log is found damaged again, a new file with the log of
 * the old one would be spoilt by it. */
static int move_all(int dir, int *ret_n)
{
    int n = 1, err;

    while (n < ASIDE_MAX && taken(dir, n))
        n++;
    err = move(dir, "-wal", n);
    if (err == 0)
        err = move(dir, "-shm", n);
    if (err == 0)
        err = move(dir, "", n);
    *ret_n = n;
    return err;
}

/* `seen`: the file that was found damaged. Sets *ret_n to 0 if another program has moved it. */
static int put_aside(int dir, const struct stat *seen, int *ret_n)
{
    struct stat now;
    int err = 0;

    *ret_n = 0;
    if (flock(dir, LOCK_EX | LOCK_NB) != 0)
        return -errno;
    if (fstatat(dir, FILE_NAME, &now, AT_SYMLINK_NOFOLLOW) == 0 && now.st_ino == seen->st_ino &&
        now.st_dev == seen->st_dev)
        err = move_all(dir, ret_n);
    (void)flock(dir, LOCK_UN);
    return err;
}

/* ---- opening ----------------------------------------------------------------------------- */

void store_set_patience(struct store *s, int ms)
{
    sqlite3_busy_timeout(s->db, ms);
}

void store_close(struct store *s)
{
    if (s == NULL)
        return;
    sqlite3_close(s->db);
    free(s->path);
    free(s);
}

static struct store *new_store(const char *dir)
{
    struct store *s = calloc(1, sizeof(*s));

    if (s != NULL && asprintf(&s->path, "%s/" FILE_NAME, dir) < 0) {
        free(s);
        return NULL;
    }
    return s;
}

static enum opening check_file(struct store *s, const struct store_floor *floor)
{
    int version;
    enum opening o = check_version(s, &version); /* before a newer file is even put into WAL mode */

    if (o == OPENED)
        o = set_up(s);
    if (o == OPENED)
        o = check_content(s);
    return o == OPENED ? bring_up(s, floor) : o;
}

/* A file that we do not take is left with its log as it is, which closing would work in. */
static enum opening open_file(struct store *s, const struct store_floor *floor)
{
    enum opening o;

    if (sqlite3_open_v2(s->path, &s->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) !=
        SQLITE_OK) {
        store_db_fail(s, "open");
        return FAILED;
    }
    sqlite3_busy_timeout(s->db, STORE_BUSY_MS);
    sqlite3_db_config(s->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    o = check_file(s, floor);
    if (o == OPENED)
        sqlite3_db_config(s->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
    return o;
}

/* One attempt. On DAMAGED `seen` is the file that is. */
static enum opening attempt(const char *path, int dir, const struct store_floor *floor,
                            struct store **ret, struct stat *seen, char *error, size_t size)
{
    struct store *s = new_store(path);
    int err = s == NULL ? -ENOMEM : make_file(dir);
    enum opening o = FAILED;

    if (err == 0 && fstatat(dir, FILE_NAME, seen, AT_SYMLINK_NOFOLLOW) != 0)
        err = -errno;
    if (err != 0) {
        snprintf(error, size, "%s/" FILE_NAME ": cannot be made: %s", path, strerror(-err));
    } else {
        o = open_file(s, floor);
        snprintf(error, size, "%s", s->error);
    }
    if (o != OPENED) {
        store_close(s);
        return o;
    }
    *ret = s;
    return o;
}

static void append(char *text, size_t size, const char *more)
{
    size_t n = strlen(text);

    if (n < size)
        snprintf(text + n, size - n, "%s", more);
}

/* Puts the damaged file aside and begins a new one. */
static enum opening renew(const char *path, int dir, const struct store_floor *floor,
                          struct store **ret, struct stat *seen, char *error, size_t size)
{
    char told[128] = "; another program has moved it aside", why[512];
    int n, err = put_aside(dir, seen, &n);
    enum opening o;

    if (err != 0)
        snprintf(told, sizeof(told), "; cannot be moved aside: %s", strerror(-err));
    else if (n > 0)
        snprintf(told, sizeof(told), "; moved aside to " FILE_NAME ".corrupt-%d", n);
    append(error, size, told);
    if (err != 0)
        return FAILED;
    o = attempt(path, dir, floor, ret, seen, why, sizeof(why));
    append(error, size, o == OPENED ? "; going on with a new one" : "; then ");
    append(error, size, o == OPENED ? "" : why);
    return o;
}

static enum store_result open_in(const char *path, int dir, const struct store_floor *floor,
                                 struct store **ret, char *error, size_t size)
{
    struct stat seen;
    enum opening o = attempt(path, dir, floor, ret, &seen, error, size);

    if (o == DAMAGED) {
        o = renew(path, dir, floor, ret, &seen, error, size);
        if (o == OPENED)
            return STORE_RENEWED;
    }
    if (o == OPENED)
        return STORE_OK;
    append(error, size, "; nothing is stored");
    return o == NEWER ? STORE_NEWER : STORE_FAILED;
}

enum store_result store_open(const char *dir, const struct store_floor *floor, struct store **ret,
                             char *error, size_t error_size)
{
    static const struct store_floor none = {0};
    int fd = store_open_dir(dir);
    enum store_result result;

    *ret = NULL;
    if (fd < 0) {
        snprintf(error, error_size, "%s: cannot be opened: %s; nothing is stored", dir,
                 strerror(-fd));
        return STORE_FAILED;
    }
    result = open_in(dir, fd, floor != NULL ? floor : &none, ret, error, error_size);
    close(fd);
    return result;
}
