/*
 * request - what a person wants of the plugin, left in the store, and its answer.
 */
#ifndef BTMS_REQUEST_H
#define BTMS_REQUEST_H

#include "core/store.h"

struct request_way {
    const char *data_dir;
    const char *by;  /* "": who is at the keyboard */
    unsigned wait_s; /* for the answer */
    bool json;
};

/* Leaves `r` with the time and the person, waits for the answer and prints it. The exit code. */
int request_submit(const struct request_way *way, struct store_request *r);

#endif
