/*
 * btms-agentx - serves BTMS-MIB through a master agent (snmpd), and sends its notifications.
 *
 * One loop over the AgentX session, inotify on StateDir, the keeper's answers, signals, and the
 * processes that send informs. Nothing in it blocks; what may wait for a disk is the keeper's.
 */
#include "agentx.h"
#include "agentx_conn.h"
#include "answer.h"
#include "check.h"
#include "delivery.h"
#include "dump.h"
#include "keeper.h"
#include "managers.h"
#include "mib.h"
#include "options.h"
#include "own.h"
#include "receivers.h"
#include "view.h"

#include "core/log.h"
#include "core/store.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { TICK_MS = 1000, CLOCK_STEP_MS = 1000 };

/* What is registered with the master: BTMS-MIB's objects, and what is served of ENTITY-MIB and
 * ENTITY-SENSOR-MIB. These are narrow: other parts of those modules may be somebody else's. */
enum { OBJECTS, PHYSICAL, GENERAL, SENSORS, REGIONS };
static const struct {
    const char *name;
    struct oid subtree;
} entity_regions[REGIONS] = {
    [PHYSICAL] = {"entPhysicalTable",  {10, {1, 3, 6, 1, 2, 1, 47, 1, 1, 1}}},
    [GENERAL] = {"entLastChangeTime", {9, {1, 3, 6, 1, 2, 1, 47, 1, 4}}    },
    [SENSORS] = {"entPhySensorTable", {9, {1, 3, 6, 1, 2, 1, 99, 1, 1}}    },
};

struct agent {
    struct options o;
    struct view view;
    struct own own;
    struct mib mib;
    struct answer answer;
    struct keeper *keeper;
    struct delivery delivery;
    struct receivers receivers; /* as the agent started */
    unsigned mistakes;          /* in their file */
    struct managers managers;
    char inform[PATH_MAX]; /* the program */
    struct agentx *agentx;
    enum agentx_state said;
    uint16_t refused[REGIONS]; /* said of it: the master's error, 0 = nothing */
    bool partly;               /* that it refuses some context was said */
    bool failed;               /* the loop cannot go on */
    int signals, data_lock;
    int64_t started_ms, rescan_ms;
};

/* ---- what the session asks --------------------------------------------------------------- */

static void notified(void *ctx, uint32_t sequence, int result)
{
    struct agent *a = ctx;

    delivery_notified(&a->delivery, sequence, result);
}

/* However an acknowledgement comes, it is a request in the store, which the plugin acts on. */
static bool ask(void *ctx, const struct mib_ack *ack)
{
    struct agent *a = ctx;
    struct store_request r = {.verb = STORE_ACK,
                              .asked_ms = view_wall_ms(),
                              .alarm_id = ack->alarm,
                              .note = "by SNMP SET"};

    memcpy(r.by, ack->by, sizeof(r.by));
    return keeper_ask(a->keeper, &r);
}

static bool withdraw(void *ctx)
{
    struct agent *a = ctx;

    return keeper_withdraw(a->keeper);
}

static void take_asked(struct agent *a, bool done)
{
    if (answer_committed(&a->answer, done))
        agentx_committed(a->agentx, done);
}

/* ---- the loop ---------------------------------------------------------------------------- */

/* The rest goes on without them. Asked for again all the while, so they may come later. */
static void say_entities(struct agent *a)
{
    if (a->o.entities == ENTITY_NONE || agentx_state(a->agentx) != AGENTX_RUNNING)
        return;
    for (int i = PHYSICAL; i < REGIONS; i++) {
        uint16_t is = agentx_refusal(a->agentx, (size_t)i);
        char text[OID_TEXT_SIZE];

        if (is == a->refused[i])
            continue;
        oid_print(&entity_regions[i].subtree, text);
        if (is != 0)
            log_say(
                LOG_LEVEL_WARNING,
                "the master at %s refuses %s (%s): %s; another agent or snmpd itself serves it; "
                "asked again every 60 s",
                a->o.socket, text, entity_regions[i].name, agentx_code_name(is));
        else
            log_say(LOG_LEVEL_NOTICE, "the master at %s serves %s (%s)", a->o.socket, text,
                    entity_regions[i].name);
        a->refused[i] = is;
    }
}

/* Some contexts, the default one perhaps, but not all: each is asked for again all the while. */
static void say_contexts(struct agent *a)
{
    bool is = agentx_refused(a->agentx) > 0;

    if (agentx_state(a->agentx) != AGENTX_RUNNING || is == a->partly)
        return;
    if (is)
        log_say(LOG_LEVEL_ERROR, "%s: %s; the rest is served", a->o.socket,
                agentx_error(a->agentx));
    else
        log_say(LOG_LEVEL_NOTICE, "the master at %s serves all contexts", a->o.socket);
    a->partly = is;
}

static void say_session(struct agent *a)
{
    enum agentx_state is = agentx_state(a->agentx);
    bool news = is == AGENTX_RUNNING || is == AGENTX_REFUSED || is == AGENTX_DISCONNECTED;

    if (is == a->said || !news)
        return;
    a->said = is;
    if (is == AGENTX_RUNNING)
        log_say(LOG_LEVEL_NOTICE, "the master at %s serves %s", a->o.socket, a->o.base);
    else if (is == AGENTX_REFUSED)
        log_say(LOG_LEVEL_ERROR,
                "the master at %s refuses %s: %s; is another agent running? "
                "asked again every 10 s",
                a->o.socket, a->o.base, agentx_error(a->agentx));
    else
        log_say(LOG_LEVEL_WARNING, "no master at %s: %s; trying again", a->o.socket,
                agentx_error(a->agentx));
}

/* Small differences are the rounding of clocks: time stamps of what does not happen must not move. */
static void follow_clock(int64_t *kept, int64_t is)
{
    if (llabs(is - *kept) > CLOCK_STEP_MS)
        *kept = is;
}

static void note_uptime(struct agent *a, int64_t now)
{
    uint32_t ticks;

    a->mib.now_ms = now;
    follow_clock(&a->mib.wall_offset_ms, view_wall_ms() - now);
    if (agentx_master_uptime(a->agentx, now, &ticks))
        mib_note_uptime(&a->mib, ticks);
}

static void take_news(struct agent *a, int64_t now)
{
    struct keeper_news news;

    keeper_take(a->keeper, &news);
    own_take(&a->own, &a->view, &news, now);
    delivery_take(&a->delivery, &news);
    if (news.asked)
        take_asked(a, news.asked_well);
    managers_take(&a->managers, &news);
}

static void refresh(struct agent *a, int64_t now)
{
    view_refresh(&a->view);
    a->rescan_ms = now + view_patience_ms(&a->view);
}

static int64_t earliest(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int wait_ms(const struct agent *a, int64_t now)
{
    int64_t until = earliest(now + TICK_MS, agentx_deadline(a->agentx));

    until = earliest(until, delivery_deadline(&a->delivery));
    until = earliest(until, managers_deadline(&a->managers));
    until = earliest(until, a->rescan_ms);
    return until > now ? (int)(until - now) : 0;
}

enum { FIXED = 4 }; /* descriptors besides those of the managers */

static void say_mistake(void *ctx, const char *text)
{
    log_say(LOG_LEVEL_ERROR, "%s; %s", text, (const char *)ctx);
}

/* All or nothing: a mistake must not take away a manager that is being told. */
static void reload_receivers(struct agent *a)
{
    static struct receivers fresh; /* too much for a stack frame */
    static char keep[] = "the receivers stay as they are";

    if (a->o.receivers == NULL)
        log_say(LOG_LEVEL_NOTICE,
                "SIGHUP: there is no file of receivers (-c): nothing to read again");
    else if (receivers_read(a->o.receivers, &fresh, say_mistake, keep) == 0)
        managers_set(&a->managers, &fresh);
    explicit_bzero(&fresh, sizeof(fresh));
}

/* False when told to end. */
static bool take_signal(struct agent *a)
{
    struct signalfd_siginfo s;
    bool go_on = true;

    while (read(a->signals, &s, sizeof(s)) == sizeof(s)) {
        go_on &= s.ssi_signo == SIGHUP;
        if (s.ssi_signo == SIGHUP)
            reload_receivers(a);
    }
    return go_on;
}

/* One turn. False when told to end, or when nothing can be waited for any more. */
static bool turn(struct agent *a)
{
    int64_t now = view_now_ms();
    struct pollfd p[FIXED + RECEIVERS_MAX] = {
        {.fd = agentx_fd(a->agentx), .events = agentx_events(a->agentx)},
        {.fd = view_fd(&a->view),    .events = POLLIN                  },
        {.fd = keeper_fd(a->keeper), .events = POLLIN                  },
        {.fd = a->signals,           .events = POLLIN                  },
    };

    managers_poll(&a->managers, p + FIXED);
    if (poll(p, FIXED + a->managers.n, wait_ms(a, now)) < 0 && errno != EINTR) {
        log_say(LOG_LEVEL_ERROR, "poll: %s; cannot go on", strerror(errno));
        a->failed = true;
        return false;
    }
    now = view_now_ms();
    note_uptime(a, now);
    if (p[1].revents != 0 || now >= a->rescan_ms)
        refresh(a, now);
    if (p[2].revents != 0)
        take_news(a, now);
    answer_follow(&a->answer, a->agentx);
    agentx_step(a->agentx, now, p[0].revents);
    say_session(a);
    say_contexts(a);
    say_entities(a);
    own_look(&a->own, &a->view, a->keeper, now);
    a->delivery.hold = a->own.pending;
    delivery_pump(&a->delivery, now);
    managers_turn(&a->managers, p + FIXED, a->own.pending, now);
    return p[3].revents == 0 || take_signal(a);
}

static void say_goodbye(struct agent *a)
{
    agentx_close(a->agentx, view_now_ms());
    while (agentx_state(a->agentx) == AGENTX_CLOSING) {
        struct pollfd p = {.fd = agentx_fd(a->agentx), .events = agentx_events(a->agentx)};
        int64_t now = view_now_ms(), until = agentx_deadline(a->agentx);

        poll(&p, 1, until > now ? (int)earliest(until - now, TICK_MS) : 0);
        agentx_step(a->agentx, view_now_ms(), p.revents);
    }
}

/* ---- starting ---------------------------------------------------------------------------- */

static int take_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    sigprocmask(SIG_BLOCK, &set, NULL); /* before any thread: they inherit it */
    signal(SIGPIPE, SIG_IGN);
    return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

static int open_session(struct agent *a)
{
    const struct answer_writer writer = {.ctx = a, .ask = ask, .withdraw = withdraw};
    struct agentx_region region[REGIONS] = {{.subtree = a->mib.objects}};
    struct agentx_settings set = {
        .address = a->o.socket,
        .description = "btms-agentx " BTMS_VERSION,
        .regions = region,
        .regions_n = a->o.entities != ENTITY_NONE ? REGIONS : 1,
        .handler = answer_handler(&a->answer),
        .ctx = a,
        .notified = notified,
    };

    for (int i = PHYSICAL; i < REGIONS; i++) {
        oid_copy(&region[i].subtree, &entity_regions[i].subtree);
        region[i].optional = true;
    }
    oid_copy(&set.id, &a->mib.root);
    answer_init(&a->answer, &a->mib, a->o.writable ? &writer : NULL);
    return agentx_new(&set, &a->agentx);
}

/* It is where this program is, also when that is replaced while it runs. */
static void find_inform(struct agent *a)
{
    char self[PATH_MAX - 16];
    ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
    char *slash;

    self[n > 0 ? n : 0] = '\0';
    slash = strrchr(self, '/');
    snprintf(a->inform, sizeof(a->inform), "%.*s/btms-inform",
             slash != NULL ? (int)(slash - self) : 0, self);
}

/* What is wrong is left out: those who can be told are told. */
static void read_receivers(struct agent *a)
{
    static char leave_out[] = "left out";

    if (a->o.receivers != NULL)
        a->mistakes = receivers_read(a->o.receivers, &a->receivers, say_mistake, leave_out);
    managers_init(&a->managers, &a->receivers, a->inform);
}

static struct keeper *start_keeper(struct agent *a)
{
    const char *cursor[KEEPER_RECEIVERS] = {"snmpd"};
    struct store_floor floor = own_floor(&a->own, &a->view);

    managers_cursors(&a->managers, cursor + 1);
    return keeper_start(a->o.data_dir, cursor, 1 + a->managers.n, &floor);
}

/* Two would tell the receivers everything twice, and move each other's places. That it cannot be
 * locked at all is no reason to serve nothing: the store says what is wrong with DataDir. */
static bool lock_data(struct agent *a)
{
    a->data_lock = store_lock_dir(a->o.data_dir, "agent.lock");
    if (a->data_lock != -EWOULDBLOCK)
        return true;
    log_say(LOG_LEVEL_ERROR, "cannot start: another btms-agentx runs with DataDir \"%s\"",
            a->o.data_dir);
    return false;
}

static int run(struct agent *a)
{
    int err;

    if (!lock_data(a))
        return 1;
    a->signals = take_signals();
    own_init(&a->own, a->started_ms);
    read_receivers(a);
    a->keeper = start_keeper(a);
    if (a->signals < 0 || a->keeper == NULL) {
        log_say(LOG_LEVEL_ERROR, "cannot start: %s", strerror(errno));
        return 1;
    }
    err = open_session(a);
    if (err != 0) {
        log_say(LOG_LEVEL_ERROR, "cannot start: %s", strerror(-err));
        keeper_stop(a->keeper);
        return 1;
    }
    a->said = AGENTX_CLOSED;
    delivery_init(&a->delivery, &a->mib, a->keeper, 0, &delivery_to_master, a->agentx);
    managers_start(&a->managers, &a->mib, a->keeper, a->receivers.heartbeat_s);
    if (a->o.receivers != NULL && a->mistakes == 0)
        keeper_forget_others(a->keeper);
    while (turn(a)) {
    }
    managers_stop(&a->managers);
    say_goodbye(a);
    agentx_free(a->agentx);
    answer_done(&a->answer);
    keeper_stop(a->keeper);
    delivery_done(&a->delivery);
    return a->failed ? 1 : 0;
}

/* All of it is said, whatever comes first that is not fine. */
static int check(const struct agent *a)
{
    bool files = check_files(&a->view, stdout);
    bool data = check_data_dir(a->o.data_dir, stdout);
    bool master = check_master(a->o.socket, stdout);
    bool receivers = a->o.receivers == NULL || check_receivers(a->o.receivers, a->inform, stdout);

    printf("base OID %s\n", a->o.base);
    printf("entities down to %s\n", a->o.entity);
    return files && data && master && receivers ? 0 : 1;
}

int main(int argc, char **argv)
{
    static struct agent a;
    int status = options_parse(argc, argv, &a.o);

    if (status != 0)
        return status - 1;
    if (!options_check(&a.o))
        return 2;
    status = view_init(&a.view, a.o.state_dir);
    if (status != 0) {
        fprintf(stderr, "btms-agentx: inotify: %s\n", strerror(-status));
        return 1;
    }
    find_inform(&a);
    a.started_ms = view_now_ms();
    refresh(&a, a.started_ms);
    mib_init(&a.mib, &a.view, &a.own, &a.o.root);
    a.mib.entities = a.o.entities;
    a.mib.now_ms = a.mib.counters_ms = a.started_ms;
    if (a.o.check)
        status = check(&a);
    else if (a.o.dump)
        status = dump(&a.mib, stdout);
    else
        status = run(&a);
    view_done(&a.view);
    return status;
}
