/*
 * intake - answers into the model, and what they mean for plan and reports.
 *
 * Between the plan, which says what to read, and the model, which holds what was read. Belongs to
 * one device and its thread; owns nothing.
 */
#ifndef BTMS_INTAKE_H
#define BTMS_INTAKE_H

#include "core/decode.h"
#include "core/model.h"
#include "link/link.h"
#include "link/plan.h"
#include "report.h"

struct intake {
    const struct decode *decode;
    const struct reg_added *added; /* by the index in their tags; NULL: none */
    struct gateway *gateway;
    struct plan *plan;
    struct report *report;
};

/* Decodes a LINK_OK answer. Returns whether the words say that the UPS or string is there. */
bool intake_words(const struct intake *in, int64_t now, const struct link_request *r,
                  const struct link_answer *a);

/* Takes note of an answer that is not LINK_OK; what is not about cells is ignored. */
void intake_miss(const struct intake *in, struct plan_tag t, const struct link_answer *a);

/* After plan_done() of a UPS or string block: it came, went or fell silent. `known`: the first lap
 * is over, so a new one is news. */
void intake_presence(const struct intake *in, struct plan_tag t, const struct link_answer *a,
                     bool known);

/* At the end of a turn: values that configuration adds and nothing has told for `age_ms` are stale. */
void intake_turn(const struct intake *in, int64_t now, int64_t age_ms);

/* At the end of the sweep over string `s`: cells that went or came. Returns false when no cell was
 * read at all. */
bool intake_sweep(const struct intake *in, int s);

/* An answer in words, for the end of a sentence; `buf` may be used. */
const char *intake_describe(const struct link_answer *a, char *buf, size_t size);

#endif
