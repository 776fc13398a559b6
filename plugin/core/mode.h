/*
 * mode - what a string is doing, as far as limits are concerned.
 *
 * The device tells its state; two modes are ours. Recharge: charging after a discharge, until the
 * current has gone, the voltage rises no more and is what it was in float before, since until then a
 * cell below float voltage, or at the voltage of a boost charge, is no news. Settling: some minutes after any other change, also after the start of the program, when
 * nobody knows what was before. Pure; times are CLOCK_BOOTTIME in ms.
 */
#ifndef BTMS_MODE_H
#define BTMS_MODE_H

#include "core/model.h"

enum mode {
    MODE_UNKNOWN, /* not read yet, or a state that the vendor's list does not have */
    MODE_FLOAT,
    MODE_EQUALIZE,
    MODE_DISCHARGE,
    MODE_RECHARGE,
    MODE_IDLE,
    MODE_SETTLING,
    MODE_ABNORMAL,
    MODES
};

enum { MODE_SETTLING_MS = 15 * 60 * 1000 };

struct mode_state {
    enum mode mode;
    int64_t since_ms; /* in this mode */
    /* the rest is the module's own */
    int64_t seen_ms;  /* its state was read last; 0 = never */
    int32_t seen_soc; /* then */
    /* Nobody saw that it was discharged: it is not full, or takes a current where its state of charge is
     * not known; or lost charge while it could not be read. It counts as such until nothing has risen
     * for an hour. */
    bool assumed;
    int32_t from_soc, from_voltage; /* at charging_ms */

    enum mode target;    /* what the device says */
    int64_t target_ms;   /* since when */
    bool discharged;     /* and not recharged yet */
    int64_t charging_ms; /* since when it charges after that; 0 = it does not */
    int64_t risen_ms;    /* when its voltage last rose */
    int32_t risen;       /* to this */
    int32_t floated;     /* its voltage when it floated last; 0 = not known */
};

/* Takes note of a string block that was just decoded. `settling_ms`: how long after a change;
 * `trickle`: below it (0.01 A) a charging current is none that matters. Returns whether the mode
 * is another one than before. Without a usable state nothing changes. */
bool mode_follow(struct mode_state *m, const struct string *s, int64_t settling_ms, int32_t trickle,
                 int64_t now);

/* "float", "settling", ... */
const char *mode_name(enum mode m);

#endif
