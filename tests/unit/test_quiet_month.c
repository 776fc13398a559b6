/*
 * Thirty days of a healthy site: what is raised is true, and nothing else is, with the limits, delays
 * and intervals as they are shipped. The whole way but for sockets and the store: registers of the
 * simulator's batteries, with noise, over a link by a fake clock to a device, its plan, decoding and
 * judging, and from there to the steward and its ledger.
 *
 * 1 UPS, 3 strings of 5 cells: of more cells each is judged the same, and a month takes longer. There
 * is no commissioning, so that what is raised in the first days is told, too.
 */
#include "../support/capture.h"
#include "../support/check.h"
#include "device.h"
#include "link/link_tcp.h"
#include "month_gateway.h"
#include "steward.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int64_t SECOND = 1000, MINUTE = 60000, HOUR = 3600000, DAY = 86400000;
static const int64_t BOOT_MS = 1000000, WALL_MS = 1795000000000; /* when it begins */

static int64_t now; /* since the beginning */
static int64_t end;
static struct ledger ledger;
static struct steward steward;
static struct device *device;
static char kept[EXPECT_TEXT];

/* ---- what happens ------------------------------------------------------------------------ */

static bool silent; /* the gateway */

static void on_battery(void)
{
    month_mode(0, MONTH_DISCHARGE);
}

static void on_mains(void)
{
    month_mode(0, MONTH_RECHARGE);
}

static void reboot(void)
{
    silent = true;
}

/* It answers, but has still to find its strings. */
static void booted(void)
{
    silent = false;
    month_strings(false);
}

static void found(void)
{
    month_strings(true);
}

static void equalize(void)
{
    month_mode(0, MONTH_EQUALIZE);
}

static void float_again(void)
{
    month_mode(0, MONTH_FLOAT);
}

static struct moment moment(void)
{
    return (struct moment){BOOT_MS + now, WALL_MS + now};
}

static void ask(uint8_t verb)
{
    struct store_request r = {.verb = verb,
                              .level = ALARM_OF_STRING,
                              .string = 2,
                              .for_ms = 4 * HOUR,
                              .gateway = "gw-a",
                              .by = "eva",
                              .note = "block 5"};
    char answer[EVENT_TEXT_SIZE];

    if (!steward_request(&steward, &r, moment(), answer))
        fail_msg("%s", answer);
}

static void begin_work(void)
{
    ask(STORE_MAINTAIN);
}

static void end_work(void)
{
    ask(STORE_END);
}

static void open_string(void)
{
    month_mode(2, MONTH_IDLE);
}

static void close_string(void)
{
    month_mode(2, MONTH_RECHARGE);
}

static void take_block_out(void)
{
    month_remove(2, 5);
}

static void put_block_in(void)
{
    month_renew(2, 5);
}

/* In order of time. The generator starts within 20 s, each week. */
static struct {
    int day, hour, minute, second;
    void (*what)(void);
} script[] = {
    {1,  10, 0,  0,  on_battery    },
    {1,  10, 0,  20, on_mains      },
    {8,  10, 0,  0,  on_battery    },
    {8,  10, 0,  20, on_mains      },
    {12, 3,  0,  0,  on_battery    },
    {12, 4,  0,  0,  on_mains      },
    {15, 10, 0,  0,  on_battery    },
    {15, 10, 0,  20, on_mains      },
    {17, 2,  0,  0,  reboot        }, /* a short one */
    {17, 2,  0,  45, booted        },
    {17, 2,  1,  15, found         },
    {18, 2,  0,  0,  reboot        }, /* and a long one */
    {18, 2,  2,  30, booted        },
    {18, 2,  3,  0,  found         },
    {22, 10, 0,  0,  on_battery    },
    {22, 10, 0,  20, on_mains      },
    {23, 9,  0,  0,  begin_work    },
    {23, 9,  5,  0,  open_string   },
    {23, 9,  10, 0,  take_block_out},
    {23, 9,  40, 0,  put_block_in  },
    {23, 9,  50, 0,  close_string  },
    {23, 11, 0,  0,  end_work      },
    {26, 8,  0,  0,  equalize      },
    {26, 20, 0,  0,  float_again   },
    {29, 10, 0,  0,  on_battery    },
    {29, 10, 0,  20, on_mains      },
};
static size_t played;

static void play(void)
{
    month_clock(now);
    for (; played < COUNT(script); played++) {
        int64_t at = script[played].day * DAY + script[played].hour * HOUR +
                     script[played].minute * MINUTE + script[played].second * SECOND;

        if (at > now)
            return;
        script[played].what();
    }
}

/* ---- the link, by a fake clock ----------------------------------------------------------- */

struct link_tcp {
    bool open, asked;
    struct link_request request; /* not answered */
    struct link_tcp_counts counts;
};

int64_t link_now_ms(void)
{
    return BOOT_MS + now;
}

static void pass(int64_t ms)
{
    now += ms;
    play();
}

struct link_tcp *link_tcp_new(const char *host, const char *port, int timeout_ms, int window_max,
                              int wake_fd)
{
    (void)host, (void)port, (void)timeout_ms, (void)window_max, (void)wake_fd;
    return calloc(1, sizeof(struct link_tcp));
}

void link_tcp_free(struct link_tcp *l)
{
    free(l);
}

int link_tcp_open(struct link_tcp *l)
{
    if (l->open)
        return 0;
    pass(silent ? 1500 : 5);
    if (silent)
        return -1;
    l->open = true;
    l->counts.connects++;
    return 0;
}

static void answer(struct link_tcp *l, const struct link_user *user)
{
    uint16_t words[MONTH_WORDS_MAX];
    struct link_answer a = {.words = words};

    pass(5);
    a.exception = month_read(l->request.unit, l->request.address, l->request.count, words);
    a.result = a.exception == 0 ? LINK_OK : LINK_EXCEPTION;
    l->asked = false;
    user->done(user->ctx, link_now_ms(), &l->request, &a);
}

enum link_run link_tcp_run(struct link_tcp *l, const struct link_user *user)
{
    while (now < end) {
        if (!l->asked && !user->next(user->ctx, link_now_ms(), &l->request))
            return LINK_IDLE;
        l->asked = true;
        if (silent) {
            pass(1500);
            l->open = false;
            return LINK_BROKEN;
        }
        answer(l, user);
    }
    return LINK_STOPPED;
}

bool link_tcp_wait(struct link_tcp *l, int64_t until_ms)
{
    (void)l;
    if (until_ms > link_now_ms())
        pass(until_ms - link_now_ms());
    return now >= end;
}

bool link_tcp_woken(const struct link_tcp *l)
{
    (void)l;
    return now >= end;
}

void link_tcp_drop(struct link_tcp *l, const struct link_user *user)
{
    const struct link_answer lost = {.result = LINK_LOST};

    if (l->asked)
        user->done(user->ctx, link_now_ms(), &l->request, &lost);
    l->asked = l->open = false;
}

void link_tcp_turn(struct link_tcp *l)
{
    (void)l;
}

bool link_tcp_answered(const struct link_tcp *l)
{
    return l->open;
}

int link_tcp_window(const struct link_tcp *l)
{
    (void)l;
    return 1;
}

int link_tcp_ceiling(const struct link_tcp *l)
{
    (void)l;
    return LINK_WINDOW_MAX;
}

struct link_tcp_counts link_tcp_counts(const struct link_tcp *l)
{
    return l->counts;
}

const char *link_tcp_error(const struct link_tcp *l)
{
    (void)l;
    return "no answer";
}

int link_tcp_fd(const struct link_tcp *l)
{
    return l->open ? 0 : -1;
}

/* What only several connections need. */
bool link_tcp_give(struct link_tcp *l, const struct link_user *user)
{
    (void)l, (void)user;
    abort();
}

int link_tcp_send(struct link_tcp *l, const struct link_user *user, struct pollfd *ret,
                  int64_t *ret_until)
{
    (void)l, (void)user, (void)ret, (void)ret_until;
    abort();
}

int link_tcp_receive(struct link_tcp *l, const struct link_user *user, bool ready)
{
    (void)l, (void)user, (void)ready;
    abort();
}

void link_tcp_hold(struct link_tcp *l)
{
    (void)l;
    abort();
}

void link_tcp_idle(struct link_tcp *l)
{
    (void)l;
    abort();
}

const struct window *link_tcp_state(const struct link_tcp *l)
{
    (void)l;
    abort();
}

void link_tcp_copy_window(struct link_tcp *l, const struct link_tcp *from)
{
    (void)l, (void)from;
    abort();
}

/* ---- the site ---------------------------------------------------------------------------- */

/* As the store does it, well. */
static void save(void *ctx)
{
    (void)ctx;
    ledger_number(&ledger, ledger_unstored(&ledger));
    for (size_t i = 0; i < ledger.events; i++)
        ledger.ring[i].stored = true;
    steward_look_again(&steward);
}

static bool keep_expected(void *ctx, uint32_t index, const struct census *c)
{
    (void)ctx, (void)index;
    expect_print(c, kept);
    return true;
}

static void site_turn(void)
{
    steward_tick(&steward, moment());
    save(NULL);
    while (!steward_settle(&steward, 128, moment()))
        save(NULL);
    save(NULL);
    steward.events = 0;
}

static void on_turn(void *ctx, const struct gateway *g, int64_t at, int64_t since)
{
    (void)ctx, (void)g, (void)at, (void)since;
}

static void on_cells(void *ctx, const struct gateway *g, int s, int64_t at, int64_t interval_ms)
{
    (void)ctx, (void)g, (void)s, (void)at, (void)interval_ms;
}

static void on_health(void *ctx, const struct gateway *g, int64_t at)
{
    struct census c;

    (void)ctx, (void)at;
    expect_count(g, &c);
    device_learned(device, c.type);
    steward_count(&steward, 0, &c, moment());
    site_turn();
}

static void on_alarm(void *ctx, const struct alarm_event *e)
{
    (void)ctx;
    steward_post(&steward, 0, e->what, &e->alarm, moment());
    site_turn();
}

/* ---- what is true ------------------------------------------------------------------------ */

struct fact {
    int64_t at, within; /* from then on, for so long */
    enum event_what what;
    int kind, string, cell;
    enum alarm_severity severity;
    bool muted; /* logged, and nobody is notified */
};
static struct fact fact[256];
static size_t facts;

static void add(struct fact f)
{
    assert_true(facts < COUNT(fact));
    f.within = f.within > 0 ? f.within : 15 * SECOND; /* a turn, and what it takes */
    fact[facts++] = f;
}

static void add_strings(int64_t at, enum event_what what)
{
    for (int s = 1; s <= MONTH_STRINGS; s++)
        add((struct fact){at, 0, what, ALARM_STRING_DISCHARGING, s, 0, ALARM_INFO, true});
}

/* The UPS tells; that its strings discharge follows from that. */
static void add_discharge(int64_t at, int64_t length)
{
    const int kind = ALARM_UPS_ON_BATTERY;
    bool longer = length > 30 * SECOND;

    add((struct fact){at, 0, EVENT_RAISED, kind, .severity = ALARM_INFO});
    add_strings(at, EVENT_RAISED);
    if (longer)
        add((struct fact){at + 30 * SECOND, 0, EVENT_CHANGED, kind, .severity = ALARM_WARNING});
    add_strings(at + length, EVENT_CLEARED);
    add((struct fact){at + length, 0, EVENT_CLEARED, kind,
                      .severity = longer ? ALARM_WARNING : ALARM_INFO});
}

/* Silent for two and a half minutes: lost within five seconds, told a minute later; and when it is
 * back it is asked within the next minute. */
static void add_reboot(int64_t at)
{
    const int kind = ALARM_GATEWAY_COMM_LOST;

    add((struct fact){at + MINUTE, 30 * SECOND, EVENT_RAISED, kind, .severity = ALARM_MAJOR});
    add((struct fact){at + 150 * SECOND, MINUTE, EVENT_CLEARED, kind, .severity = ALARM_MAJOR});
}

/* String 2 is being worked on: nobody is woken by a cell that is not there. */
static void add_work(int64_t nine)
{
    const int work = ALARM_MAINTENANCE, lost = ALARM_CELL_COMM_LOST;

    add((struct fact){nine, 0, EVENT_RAISED, work, 2, 0, ALARM_INFO, true});
    add((struct fact){nine + 16 * MINUTE, 2 * MINUTE, EVENT_RAISED, lost, 2, 5, ALARM_MINOR, true});
    add((struct fact){nine + 40 * MINUTE, 2 * MINUTE, EVENT_CLEARED, lost, 2, 5, ALARM_MINOR,
                      true});
    add((struct fact){nine + 2 * HOUR, 0, EVENT_CLEARED, work, 2, 0, ALARM_INFO, true});
}

static void write_facts(void)
{
    add_discharge(1 * DAY + 10 * HOUR, 20 * SECOND);
    add_discharge(8 * DAY + 10 * HOUR, 20 * SECOND);
    add_discharge(12 * DAY + 3 * HOUR, HOUR);
    add_discharge(15 * DAY + 10 * HOUR, 20 * SECOND);
    add_reboot(18 * DAY + 2 * HOUR);
    add_discharge(22 * DAY + 10 * HOUR, 20 * SECOND);
    add_work(23 * DAY + 9 * HOUR);
    add_discharge(29 * DAY + 10 * HOUR, 20 * SECOND);
}

static bool is(const struct event *e, const struct fact *f)
{
    int64_t at = e->wall_ms - WALL_MS;

    return e->what == f->what && e->alarm.kind == f->kind && e->alarm.string == f->string &&
           e->alarm.cell == f->cell && e->alarm.severity == f->severity &&
           e->alarm.muted == f->muted && at >= f->at && at <= f->at + f->within;
}

static void show(const struct event *e)
{
    static const char *const what[] = {"", "raised", "cleared", "changed"};
    int64_t at = e->wall_ms - WALL_MS;

    print_message("day %d %02d:%02d:%02d %s %s%s: %s\n", (int)(at / DAY), (int)(at % DAY / HOUR),
                  (int)(at % HOUR / MINUTE), (int)(at % MINUTE / SECOND),
                  e->what < COUNT(what) ? what[e->what] : "noted",
                  alarm_severity_name((enum alarm_severity)e->alarm.severity),
                  e->alarm.muted ? ", muted" : "", e->alarm.text);
}

/* ---- the month --------------------------------------------------------------------------- */

static int run_month(void **state)
{
    static const struct device_owner owner = {NULL, on_turn, on_cells, on_health, on_alarm};
    static const struct snapshot_entry entry = {1, "gw-a"};
    static struct config config;
    struct steward_settings set = {
        .gateways = 1, .entry = &entry, .save = save, .expect = keep_expected};
    struct gateway_config g = {.name = "gw-a",
                               .address = "192.0.2.11",
                               .port = 502,
                               .interval_ms = 10000,
                               .cell_interval_ms = 60000,
                               .cell_interval_discharge_ms = 10000,
                               .timeout_ms = 1500,
                               .window = 16,
                               .connections = 1,
                               .function = 3,
                               .spans = true};

    capture_start(state);
    config_init(&config);
    g.site_limits = set.limits = &config.limits;
    memcpy(g.cell_offset, registers_cell_offsets, sizeof(g.cell_offset));
    if (registers_cell_map(g.cell_offset, &g.cell_map) != NULL)
        return -1;
    for (int s = 0; s < 2; s++) { /* the third one's type is found out */
        g.string[s].cell_type = CELL_TYPE_12V;
        g.string[s].hall_a = 100;
    }
    end = 30 * DAY;
    if (!ledger_init(&ledger) || !steward_init(&steward, &ledger, &set, BOOT_MS))
        return -1;
    month_begin();
    device = device_new(&g, &owner, -1);
    device_run(device);
    return 0;
}

static int forget_month(void **state)
{
    device_free(device);
    month_end();
    steward_free(&steward);
    ledger_free(&ledger);
    capture_stop(state);
    return 0;
}

static void month__of_a_healthy_site__only_what_is_true(void **state)
{
    size_t same = 0;

    (void)state;
    write_facts();
    while (same < ledger.events && same < facts && is(&ledger.ring[same], &fact[same]))
        same++;
    for (size_t i = same; i < ledger.events; i++)
        show(&ledger.ring[i]);
    if (same < facts)
        print_message("expected then: day %d, kind %d of string %d\n", (int)(fact[same].at / DAY),
                      fact[same].kind, fact[same].string);
    assert_int_equal(same, ledger.events);
    assert_int_equal(same, facts);
    assert_int_equal(ledger.actives, 0);
}

static void month__type_of_cells__found_out_once(void **state)
{
    (void)state;
    assert_string_equal(kept, "UPS 1; strings 1:5 2:5 3:5/12");
    assert_int_equal(capture_count("its cells float like those of"), 1);
}

static void month__whole_script__was_played(void **state)
{
    (void)state;
    assert_int_equal(played, COUNT(script));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(month__of_a_healthy_site__only_what_is_true),
        cmocka_unit_test(month__type_of_cells__found_out_once),
        cmocka_unit_test(month__whole_script__was_played),
    };

    return cmocka_run_group_tests(tests, run_month, forget_month);
}
