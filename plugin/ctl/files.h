/*
 * files - what the plugin publishes in StateDir, as btmsctl reads it.
 */
#ifndef BTMS_CTL_FILES_H
#define BTMS_CTL_FILES_H

#include "core/snapshot.h"

enum { FILES_WHY = 128 };

/* The content, which `ret` points into: free() it. NULL where the file is not there or not good: `why`
 * says which file, and what is wrong. */
void *files_open(int dir, const char *name, enum snapshot_kind kind, struct snapshot *ret,
                 char why[FILES_WHY]);

/* The same for whoever needs no reason: then it is as if there were none. `dir` may be -1. */
void *files_read(int dir, const char *name, enum snapshot_kind kind, struct snapshot *ret);

/* The file of a device, of the kind that its entry tells. */
void *files_device(int dir, const struct snapshot_entry *e, struct snapshot *ret);

/* How old a moment of the plugin is, in ms; -1: never, or of another boot. */
int64_t files_age_ms(const struct snapshot *s, int64_t then_ms);

#endif
