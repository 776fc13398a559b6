/* record.h: when which request came, written to a file. */
#ifndef SIM_RECORD_H
#define SIM_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gateway;
struct text;

/* Begins a new file, and ends the one before. False with the reason. */
bool record_start(const char *path, struct text *why);

/* Ends the file; all of it is written then. */
void record_stop(void);

/* A whole request that has just come. */
void record_request(const struct gateway *gw, const uint8_t *request, size_t length);

#endif
