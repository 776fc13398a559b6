/*
 * exits - the exit codes of btmsctl (btmsctl.1, EXIT STATUS).
 */
#ifndef BTMS_EXITS_H
#define BTMS_EXITS_H

enum {
    EXIT_WELL = 0,
    EXIT_REFUSED = 1, /* a request; with --check: warning; of a plan: a rule is broken */
    EXIT_CRITICAL = 2,
    EXIT_UNKNOWN = 3, /* nothing to read */
    EXIT_USE = 64,
    EXIT_QUEUED = 75,
};

#endif
