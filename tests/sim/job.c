/*
 * job.c: service discipline, latency and the faults about time.
 *
 * When a request arrives it is settled when it will be answered; nothing is decided later. With
 * service=overlap it is LATENCY after the arrival; with `connection` and `serial` it is LATENCY
 * after the request before it is done, on the same connection or on the whole gateway. Replies on
 * one connection leave in the order of the requests, except for the fault `late`, whose replies
 * neither wait for others nor make others wait. Values are read when the reply is made.
 */
#include "job.h"

#include "conn.h"
#include "fault.h"
#include "gateway.h"
#include "mangle.h"
#include "reply.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

struct job {
    struct timer timer;
    struct conn *conn;
    struct job *next, **link; /* in the connection's list */
    struct plan plan;
    size_t length;
    uint8_t request[FRAME_MAX];
};

static struct job *spare; /* jobs to use again, linked by next */

static void job_answer(struct timer *t);

static struct job *job_new(struct conn *c)
{
    struct job *job = spare;

    if (job)
        spare = job->next;
    else
        job = malloc(sizeof(*job));
    if (!job)
        err(2, "request");
    job->timer = (struct timer){.fire = job_answer};
    job->conn = c;
    job->next = c->jobs;
    job->link = &c->jobs;
    if (job->next)
        job->next->link = &job->next;
    c->jobs = job;
    return job;
}

static void job_free(struct job *job)
{
    struct conn *c = job->conn;

    timer_cancel(&job->timer);
    if (!plan_has(&job->plan, FAULT_LATE))
        c->in_service--;
    c->gw->stats.outstanding--;
    *job->link = job->next;
    if (job->next)
        job->next->link = job->link;
    job->next = spare;
    spare = job;
}

void job_drop_all(struct conn *c)
{
    while (c->jobs)
        job_free(c->jobs);
}

/* Until when the one who does the work has other work. */
static int64_t *busy_until(struct conn *c)
{
    switch (c->gw->settings.service) {
    case SERVICE_CONNECTION:
        return &c->busy_until;
    case SERVICE_SERIAL:
        return &c->gw->server.busy_until;
    default:
        return NULL;
    }
}

static int64_t job_due(struct job *job)
{
    struct conn *c = job->conn;
    int64_t service = c->gw->settings.latency_ns + job->plan.delay_ns, due = loop_now();
    int64_t *busy = busy_until(c);

    if (plan_has(&job->plan, FAULT_LATE))
        return due + service + job->plan.late_ns;
    if (busy && *busy > due)
        due = *busy;
    due += service;
    if (busy)
        *busy = due;
    if (due < c->last_due)
        due = c->last_due;
    c->last_due = due;
    return due;
}

void job_admit(struct conn *c, const uint8_t *request, size_t length)
{
    struct plan plan = {0};
    struct job *job;

    stats_request(&c->gw->stats, request[6], request[7]);
    if (c->gw->faults)
        fault_plan(c->gw, request[6], &plan);
    if (plan_has(&plan, FAULT_OVERLOAD) && c->gw->stats.outstanding >= plan.load)
        c->overloaded = true;
    if (c->dead || plan_has(&plan, FAULT_MUTE) ||
        (plan_has(&plan, FAULT_DROP_PIPELINED) && c->in_service >= plan.pipeline)) {
        c->gw->stats.dropped++;
        return;
    }
    job = job_new(c);
    job->plan = plan;
    job->length = length;
    memcpy(job->request, request, length);
    if (!plan_has(&plan, FAULT_LATE))
        c->in_service++;
    stats_started(&c->gw->stats, c->in_service);
    timer_set(&job->timer, job_due(job));
}

static size_t job_reply(struct job *job, uint8_t *frame)
{
    if (plan_has(&job->plan, FAULT_EXCEPTION))
        return reply_exception(job->request, job->plan.code, frame);
    return reply_make(job->conn->gw, job->request, job->length, frame);
}

static void job_send(struct job *job, uint8_t *frame, size_t length)
{
    struct manner manner = {
        .drip = plan_has(&job->plan, FAULT_DRIP),
        .drip_ns = job->plan.drip_ns,
        .reset = plan_has(&job->plan, FAULT_RESET),
    };

    length = mangle(&job->plan, frame, length);
    conn_send(job->conn, frame, length, &manner);
    if (plan_has(&job->plan, FAULT_SHORT))
        job->conn->dead = true;
}

static void job_answer(struct timer *t)
{
    struct job *job = OWNER(t, struct job, timer);
    struct stats *stats = &job->conn->gw->stats;
    uint8_t frame[MANGLED_MAX];
    size_t length = job->conn->dead ? 0 : job_reply(job, frame);

    if (length) {
        const uint8_t *r = job->request;

        stats->replies++;
        if (frame[7] & 0x80)
            stats->exceptions++;
        else
            stats_cells(stats, r[6], (unsigned)r[8] << 8 | r[9], (unsigned)r[10] << 8 | r[11]);
        job_send(job, frame, length);
    } else {
        stats->dropped++;
    }
    job_free(job);
}
