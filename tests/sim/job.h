/* job.h: one request from its arrival to its reply. */
#ifndef SIM_JOB_H
#define SIM_JOB_H

#include <stddef.h>
#include <stdint.h>

struct conn;

/* Takes one whole request frame that has just arrived on C. */
void job_admit(struct conn *c, const uint8_t *request, size_t length);

/* Forgets all requests of a connection that goes away. */
void job_drop_all(struct conn *c);

#endif
