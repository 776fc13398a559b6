/*
 * options - the command line of btms-agentx.
 */
#ifndef BTMS_OPTIONS_H
#define BTMS_OPTIONS_H

#include "entity.h"
#include "oid.h"

#include <stdbool.h>

struct options {
    const char *state_dir, *data_dir, *socket, *base, *entity, *receivers;
    enum entity_level entities;
    bool check, dump, writable;
    struct oid root;
};

/* 0: go on; else the exit status plus 1. Texts are those of `argv`. */
int options_parse(int argc, char **argv, struct options *o);

/* Base OID, socket and entity level as they are used; false: one is wrong, and it was said. */
bool options_check(struct options *o);

#endif
