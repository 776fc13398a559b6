/* fault.h: the ways a gateway can misbehave, and which of them apply to one request. */
#ifndef SIM_FAULT_H
#define SIM_FAULT_H

#include <stdbool.h>
#include <stdint.h>

struct gateway;
struct text;

enum fault_kind {
    /* of the whole gateway */
    FAULT_REFUSE,
    FAULT_CLOSE_IDLE,
    FAULT_MAX_CONNECTIONS,
    /* of a request */
    FAULT_MUTE,
    FAULT_DROP_PIPELINED,
    FAULT_OVERLOAD,
    FAULT_DELAY,
    FAULT_LATE,
    FAULT_EXCEPTION,
    /* of the reply's content */
    FAULT_WRONG_TID,
    FAULT_WRONG_UNIT,
    FAULT_ZERO_REGISTERS,
    FAULT_OVERLONG,
    /* of the reply's bytes */
    FAULT_SHORT,
    FAULT_RESET,
    FAULT_GARBAGE,
    FAULT_DUPLICATE,
    FAULT_DRIP,
    /* on a serial line */
    FAULT_CRC,
    FAULT_FOREIGN
};

enum where { WHERE_BEFORE, WHERE_IN, WHERE_AFTER };
enum how { HOW_CLOSE, HOW_REFUSE, HOW_OLDEST };

struct fault {
    struct fault *next;
    enum fault_kind kind;
    long unit;  /* only requests to this unit id, -1 = all */
    long count; /* requests left, -1 = until cleared */
    int64_t ns; /* of ms= */
    long code;
    long n;
    int where; /* enum where */
    int how;   /* enum how */
};

/* All faults that hit one request, added up. */
struct plan {
    uint32_t kinds; /* bit per enum fault_kind */
    int64_t delay_ns;
    int64_t late_ns;
    int64_t drip_ns;
    unsigned code;
    unsigned pipeline, load; /* n= of drop-pipelined and overload */
    int where;
};

/* Adds "KIND [key=value ...]"; replaces one of the same kind and unit. False with the reason. */
bool fault_add(struct gateway *gw, int count, char *const *words, struct text *why);

/* Ends the faults of one kind, or all if KIND is NULL; only those with this unit unless it is -1.
 * False with the reason when there is no such kind. */
bool fault_clear(struct gateway *gw, const char *kind, long unit, struct text *why);

/* Ends and frees all faults. */
void fault_clear_all(struct gateway *gw);

/* The fault of a whole gateway, NULL if it has none of that kind. */
const struct fault *fault_find(const struct gateway *gw, enum fault_kind kind);

/* What is to happen to the request that has just arrived for UNIT; uses up `count`. */
void fault_plan(struct gateway *gw, unsigned unit, struct plan *ret);

static inline bool plan_has(const struct plan *plan, enum fault_kind kind)
{
    return plan->kinds & 1u << kind;
}

/* Appends one line per fault, as it would be given to `fault`. */
void fault_print(const struct gateway *gw, struct text *t);

#endif
