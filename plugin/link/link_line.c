/* See link_line.h. */
#include "link/link_line.h"

#include "link/link_tcp.h" /* the clock */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SILENT_LEAST = 3, BLOCK_WORDS = CELL_MAX * REG_CELL_STRIDE };

struct link_line {
    const struct line_settings *set;
    struct link_rtu *rtu;
    bool answered;       /* since it was opened */
    int silent, damaged; /* questions in a row that were not answered, and that by nonsense */
    uint8_t function;    /* of the request that is being answered */
    uint32_t refused[STRING_MAX]; /* bit per quantity of its cells: it does not have it */
    uint16_t block[BLOCK_WORDS];
    char error[160];
};

struct link_line *link_line_new(const struct line_settings *set, int wake_fd)
{
    struct link_line *l = calloc(1, sizeof(*l));

    if (l == NULL)
        return NULL;
    l->set = set;
    l->rtu = link_rtu_new(&set->rtu, wake_fd);
    if (l->rtu == NULL) {
        free(l);
        return NULL;
    }
    return l;
}

void link_line_free(struct link_line *l)
{
    if (l == NULL)
        return;
    link_rtu_free(l->rtu);
    free(l);
}

int link_line_open(struct link_line *l)
{
    uint64_t before = link_rtu_counts(l->rtu).connects;

    if (link_rtu_open(l->rtu) != 0) {
        snprintf(l->error, sizeof(l->error), "%s", link_rtu_error(l->rtu));
        return -1;
    }
    if (link_rtu_counts(l->rtu).connects != before) {
        l->answered = false;
        l->silent = l->damaged = 0;
        memset(l->refused, 0, sizeof(l->refused));
    }
    return 0;
}

/* ---- one read ---------------------------------------------------------------------------- */

static bool ended(enum rtu_end end)
{
    return end == RTU_BROKEN || end == RTU_STOPPED;
}

static enum rtu_end ask(struct link_line *l, const struct master *m, struct master_read read,
                        uint16_t *words, struct link_answer *a)
{
    const struct link_request r = {
        .unit = m->unit, .function = l->function, .address = read.address, .count = read.count};
    enum rtu_end end = link_rtu_ask(l->rtu, &r, words, &a->exception);

    if (end == RTU_OK || end == RTU_EXCEPTION) {
        l->answered = true;
        l->silent = l->damaged = 0;
    } else if (!ended(end)) {
        l->silent++;
        l->damaged += end == RTU_DAMAGED;
    }
    a->result = end == RTU_OK ? LINK_OK : end == RTU_EXCEPTION ? LINK_EXCEPTION : LINK_TIMEOUT;
    return end;
}

/* ---- the two requests -------------------------------------------------------------------- */

/* The first read tells whether it is there. What it refuses of the others it does not have; silence
 * is that of the master. */
static enum rtu_end answer_string(struct link_line *l, int s, struct link_answer *a)
{
    const struct master *m = &l->set->master[s];
    uint16_t words[REG_READ_MAX], cells = master_cells(m, NULL);
    uint32_t bits;

    a->holes = master_string_block(l->block);
    for (int i = 0; i < MASTER_STRING_READS; i++) {
        enum rtu_end end = ask(l, m, master_string_reads[i], words, a);

        if (ended(end) || end == RTU_SILENT || end == RTU_DAMAGED || (i == 0 && end != RTU_OK))
            return end;
        if (i == MASTER_COUNT_READ)
            words[0] = cells = master_cells(m, end == RTU_OK ? words : NULL);
        bits = master_string_put(m, i, end == RTU_OK || cells > 0 ? words : NULL, l->block);
        if (end != RTU_OK && !(i == MASTER_COUNT_READ && cells > 0))
            a->holes |= bits;
    }
    a->result = LINK_OK;
    return RTU_OK;
}

static enum rtu_end answer_column(struct link_line *l, int s, int q, int first, int cells,
                                  struct link_answer *a)
{
    const struct master *m = &l->set->master[s];
    uint16_t words[REG_READ_MAX];
    int n;

    for (int c = 0; c < cells; c += n) {
        struct master_read read = master_column_read(m, q, first + c, first + cells, &n);
        enum rtu_end end = ask(l, m, read, words, a);

        if (end != RTU_OK)
            return end;
        master_column_put(m, q, words, n, l->block + c * REG_CELL_STRIDE);
    }
    return RTU_OK;
}

/* The status decides; a column that configuration added and the master refuses is left out. */
static enum rtu_end answer_cells(struct link_line *l, int s, int first, int cells,
                                 struct link_answer *a)
{
    const struct master *m = &l->set->master[s];

    memset(l->block, 0, sizeof(l->block));
    for (int q = 0; q < CELL_QUANTITIES; q++) {
        enum rtu_end end = RTU_EXCEPTION;

        if (m->column[q].on && !(l->refused[s] >> q & 1))
            end = answer_column(l, s, q, first, cells, a);
        if (end == RTU_OK)
            continue;
        if (end != RTU_EXCEPTION || q == CELL_STATUS)
            return end;
        a->holes |= master_cell_bits(q);
        l->refused[s] |= m->column[q].on && a->exception == 2 ? 1u << q : 0;
    }
    a->result = LINK_OK;
    return RTU_OK;
}

/* Unit and address as a gateway has them. */
static enum rtu_end answer(struct link_line *l, const struct link_request *r, struct link_answer *a)
{
    int s = r->unit - REG_UNIT_STRING_BASE - 1;
    int cells = (r->count + REG_CELL_STRIDE - 1) / REG_CELL_STRIDE;
    enum rtu_end end;

    *a = (struct link_answer){.result = LINK_TIMEOUT, .words = l->block};
    if (s < 0 || s >= l->set->masters)
        return RTU_SILENT;
    l->function = r->function;
    end = r->address < REG_CELL_STRIDE
              ? answer_string(l, s, a)
              : answer_cells(l, s, r->address / REG_CELL_STRIDE - 1, cells, a);
    return end;
}

/* ---- running ----------------------------------------------------------------------------- */

static enum link_run broken(struct link_line *l)
{
    snprintf(l->error, sizeof(l->error), "%s", link_rtu_error(l->rtu));
    return LINK_BROKEN;
}

/* Nobody is there, or nobody can be understood. */
static bool is_mute(struct link_line *l)
{
    int most = l->set->masters > SILENT_LEAST ? l->set->masters : SILENT_LEAST;

    if (l->silent < most)
        return false;
    if (l->damaged > 0)
        snprintf(
            l->error, sizeof(l->error),
            "no string master can be understood (what comes is no answer: another baud rate or "
            "parity, noise, or a second master on the bus)");
    else
        snprintf(l->error, sizeof(l->error), "no string master answers, %d questions in a row",
                 l->silent);
    link_rtu_close(l->rtu);
    return true;
}

enum link_run link_line_run(struct link_line *l, const struct link_user *user)
{
    struct link_request r;

    while (user->next(user->ctx, link_now_ms(), &r)) {
        struct link_answer a;
        enum rtu_end end = answer(l, &r, &a);

        if (end == RTU_STOPPED)
            return LINK_STOPPED;
        if (end == RTU_BROKEN)
            a.result = LINK_LOST;
        user->done(user->ctx, link_now_ms(), &r, &a);
        if (end == RTU_BROKEN)
            return broken(l);
        if (is_mute(l))
            return LINK_BROKEN;
        link_sent(user);
    }
    return LINK_IDLE;
}

bool link_line_wait(struct link_line *l, int64_t until_ms)
{
    return link_rtu_wait(l->rtu, until_ms);
}

bool link_line_woken(const struct link_line *l)
{
    return link_rtu_woken(l->rtu);
}

void link_line_drop(struct link_line *l)
{
    link_rtu_close(l->rtu);
}

bool link_line_answered(const struct link_line *l)
{
    return l->answered;
}

struct rtu_counts link_line_counts(const struct link_line *l)
{
    return link_rtu_counts(l->rtu);
}

const char *link_line_error(const struct link_line *l)
{
    return l->error;
}
