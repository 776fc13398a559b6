/*
 * store - what must survive: events, active alarms, device indexes, cursors, what is expected, and
 * what persons have asked for, in SQLite.
 *
 * DataDir/btms.db, WAL, synchronous FULL, short immediate transactions, busy time-out. Opened
 * read-write by every program (a read-only open by another user fails after a clean close), so
 * DataDir is 2770 group btms and the files are 0660. May block on the disk: called only from
 * threads that do nothing else. One struct store belongs to one thread.
 */
#ifndef BTMS_STORE_H
#define BTMS_STORE_H

#include "core/event.h"
#include "core/identity.h"

#include <stddef.h>
#include <stdint.h>

struct store;

/* The highest numbers ever seen elsewhere (snapshots): a new store starts above them. */
struct store_floor {
    uint32_t sequence, alarm_id, device;
};

enum store_result {
    STORE_OK,
    STORE_RENEWED, /* opened, but the file was corrupt: it was moved aside, a new one begun */
    STORE_NEWER,   /* user_version of a newer program: refused, untouched */
    STORE_FAILED,  /* disk, permission, busy: store_error() */
};

/* Opens DataDir, making it (one level, 2770, group btms if there is one) if it is not there. A
 * descriptor, or -errno. store_open() does it too. */
int store_open_dir(const char *path);

/* Takes the lock file `name` in DataDir, made in the same way, for as long as the descriptor that is
 * returned stays open. -EWOULDBLOCK: another process has it; or any other -errno. */
int store_lock_dir(const char *path, const char *name);

/* Opens or makes `dir`/btms.db, migrating older versions forward. On STORE_OK and STORE_RENEWED
 * `ret` is the store; else NULL. `error` gets one line for the log in every case but STORE_OK
 * (path, what, what happens next). */
enum store_result store_open(const char *dir, const struct store_floor *floor, struct store **ret,
                             char *error, size_t error_size);
void store_close(struct store *s);

/* How long a lock of another program is waited for; 2 s at first. */
void store_set_patience(struct store *s, int ms);

/* Random, made with the file, never 0. */
uint64_t store_id(const struct store *s);

/* The highest numbers given so far (0 = none), as of the last open, append or store_device. */
struct store_floor store_numbers(const struct store *s);

/* Each: 0, or -1 and store_error(); after -1 the call can be repeated later. */

/* The index of the device of this name, given now if it has none. */
int store_device(struct store *s, const char *name, uint32_t *ret);

/* The device called `from` is called `to` from now on, and keeps its index; in one transaction. */
enum store_renaming {
    STORE_RENAMED,
    STORE_RENAMED_BEFORE, /* there is none called `from` any more, and one called `to` */
    STORE_RENAMES_NONE,   /* there is neither */
    STORE_BOTH_THERE      /* each has an index of its own: left as they are */
};
int store_rename_device(struct store *s, const char *from, const char *to,
                        enum store_renaming *ret);

/* The number of a quantity of device `device`, by name and what it is of (0: of none); given now if it
 * has none. */
struct store_quantity {
    const char *name;
    int ups, string, cell;
};
int store_quantity(struct store *s, uint32_t device, const struct store_quantity *q, uint16_t *ret);

/* Commits events in one transaction, in order; an event that is stored already (same sequence) is
 * left alone; another event under its sequence is an error. A sequence of 0, and an alarm id of 0 (of
 * a raised alarm), are replaced by the next ones: several programs append, and only the store knows.
 * Keeps the table of active alarms. */
int store_append(struct store *s, struct event *event, size_t n);

/* Could anything be written now? */
int store_try(struct store *s);

/* What became of active alarms without an event: worse, or again, or of another cause. Those that
 * are not active are left out. */
int store_keep(struct store *s, const struct alarm *alarm, size_t n);

/* Active alarms by id; the last `most` events by sequence; events after `after` (at most `most`).
 * Returned in a new array (free() it). */
int store_active(struct store *s, struct alarm **ret, size_t *ret_n);
int store_last_events(struct store *s, size_t most, struct event **ret, size_t *ret_n);
int store_events_after(struct store *s, uint32_t after, size_t most, struct event **ret,
                       size_t *ret_n);

/* How far a receiver of notifications is. */
struct store_place {
    uint32_t sequence; /* it has all up to this event of the log ... */
    uint32_t number;   /* ... and this is the number that the last notification of them had */
    uint32_t sent;     /* above `sequence`: what was decided to be sent next, this event or, ... */
    bool lost;         /* ... if this is set, the news that all up to this one are lost */
};

/* A name that is not there yet reads as the highest sequence given so far (only news is sent), and
 * is kept. */
int store_place(struct store *s, const char *receiver, struct store_place *ret);
int store_set_place(struct store *s, const char *receiver, const struct store_place *place);
/* 1: it is there; 0: it is not, and is not made; -1. */
int store_find_place(struct store *s, const char *receiver, struct store_place *ret);
/* Forgets the receivers whose names begin with `prefix` and are none of `keep`: what was removed
 * waits for nothing. Says each. Returns how many, or -1. */
int store_forget_places(struct store *s, const char *prefix, const char *const *keep, size_t n,
                        void (*say)(const char *receiver));

/* What is expected of a device, in words of plugin/expect.h; "" when nothing is yet. */
int store_expected(struct store *s, uint32_t device, char *ret, size_t size);
int store_expect(struct store *s, uint32_t device, const char *content);

/* A text that a program keeps under a name of its own: in new memory, NULL where there is none. */
int store_kept_text(struct store *s, const char *name, char **ret);
int store_keep_text(struct store *s, const char *name, const char *text);

/* What a person wants of the plugin (btmsctl), as rows of a table: whoever asks does not need the
 * plugin to run, and only the plugin acts. Numbers are part of the store. */
enum store_verb {
    STORE_ACK = 1,
    STORE_ACCEPT = 2,
    STORE_MAINTAIN = 3,
    STORE_END = 4,
    STORE_TEST = 5,
    STORE_REPLACED = 6
};
enum store_answer { STORE_QUEUED, STORE_DONE, STORE_REFUSED };

struct store_request {
    uint32_t id; /* 1.., rises */
    uint8_t verb, state;
    int64_t asked_ms;  /* wall time */
    uint32_t alarm_id; /* of STORE_ACK */
    uint8_t level;     /* enum alarm_level: of what it is, with the four below */
    uint16_t ups, string, cell;
    char gateway[NAME_SIZE];
    int64_t for_ms; /* of STORE_MAINTAIN: how long */
    bool safety;    /* of STORE_MAINTAIN: alarms of safety too */
    uint32_t date;  /* of STORE_REPLACED: when, 20260131, and what is written on the new one */
    char serial[IDENTITY_LABEL_SIZE];
    char by[EVENT_BY_SIZE], note[EVENT_NOTE_SIZE];
    char answer[EVENT_TEXT_SIZE]; /* once it is not queued any more */
};

/* Adds `r`, whose id is set; those that wait, oldest first, at most `most`; one of them. A request of
 * no such id reads as STORE_REFUSED. */
int store_ask(struct store *s, struct store_request *r);
int store_requests(struct store *s, size_t most, struct store_request *ret, size_t *ret_n);
int store_request(struct store *s, uint32_t id, struct store_request *ret);
int store_answer(struct store *s, uint32_t id, enum store_answer state, const char *answer);

/* Keeps what request `r` says of a cell of `device`; once, however often it is called. What each cell
 * of a device was replaced by last, by string, then cell; and all there ever was, oldest first: free()
 * both. */
struct store_replacement {
    char gateway[NAME_SIZE];
    struct replacement is;
    char by[EVENT_BY_SIZE], note[EVENT_NOTE_SIZE];
};
int store_replace(struct store *s, uint32_t device, const struct store_request *r);
int store_replaced(struct store *s, uint32_t device, struct replacement **ret, size_t *ret_n);
int store_replacements(struct store *s, struct store_replacement **ret, size_t *ret_n);

/* How many events the log has at most: some 300 MB; deleted by one call at most. */
enum { STORE_MOST = 1000000, STORE_PRUNE_MOST = 500 };

/* Deletes the oldest events in one short transaction; returns how many, or -1. Those go that happened
 * before `before_ms` (wall time), up to the first one of the log that did not, and unless a cursor
 * still waits for them; and whoever waits, what is beyond the newest `most` (the programs say
 * STORE_MOST): such a receiver goes on with the oldest event that is left, and is told so. */
int store_prune(struct store *s, int64_t before_ms, uint32_t most);

/* What went wrong last, as part of a sentence. */
const char *store_error(const struct store *s);

#endif
