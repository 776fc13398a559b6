/*
 * The plugin as collectd sees it, and the only file with collectd's headers: configuration tree,
 * threads, dispatch, notifications, shutdown.
 *
 * Order of life (collectd 5.12): config callbacks before the fork, init after it, so threads start
 * in init. On SIGTERM collectd first frees the read callback's user data, then stops its writers,
 * then calls shutdown: our threads are told to stop at the first of these (a value dispatched after
 * the writers stopped is lost), and joined at the last.
 */
#include "collectd.h"

#include "plugin.h"
#include "utils/common/common.h"

#include "aggregator.h"
#include "config.h" /* ours: collectd's own has been included by collectd.h */
#include "core/log.h"
#include "declared.h"
#include "device.h"
#include "facts.h"
#include "inventory.h"
#include "link/link_tcp.h"
#include "link/thread.h"
#include "metrics.h"
#include "notify.h"
#include "publish.h"
#include "site.h"
#include "walltime.h"

#include <sys/eventfd.h>
#include <sys/syscall.h>

/* A gateway, its thread, and what dispatching its values needs. Used by that thread only. */
struct poller {
    struct device *device;
    const struct gateway_config *config;
    pthread_t thread;
    bool running;
    struct walltime clock;
    int64_t clock_offset_ms; /* wall time less CLOCK_BOOTTIME, as it was last */
    cdtime_t time;           /* of the values that went out last, or go out now */
    struct metrics_memory memory;
    struct publication file;
    struct snapshot_device snapshot; /* index 0: the site does not know it yet */
    struct snapshot_limit limit[DEVICE_LIMITS];
    struct part part[INVENTORY_MAX];
    int64_t published_ms;
    unsigned standing_seen, accepted_seen;
};

static struct config config;
static struct poller *pollers;
static struct declared *declared;
static struct part site_part[INVENTORY_MAX];
static struct notify *notify;
static struct publisher publisher = {.dir = -1, .lock = -1};
static struct site *site;
static struct aggregators *aggregators;
static int wake_fd = -1, data_lock = -1;

enum {
    NOTIFY_PATIENCE_MS = 500,
    SITE_PATIENCE_MS = 10000,
    PUBLISH_GAP_MS = 200,
    CLOCK_STEP_MS = 30000,
};

/* ---- log --------------------------------------------------------------------------------- */

static void log_to_collectd(enum log_level level, const char *text)
{
    static const int levels[] = {LOG_ERR, LOG_WARNING, LOG_NOTICE, LOG_INFO};

    plugin_log(levels[level], "btms plugin: %s", text);
}

/* ---- values ------------------------------------------------------------------------------ */

/* The one place where a value leaves the plugin; `ctx` is the time it gets. */
static void emit(void *ctx, const struct metric *m)
{
    const cdtime_t *time = ctx;
    value_t value = {.gauge = m->value};
    value_list_t vl = VALUE_LIST_INIT;

    if (m->is_counter)
        value.derive = (derive_t)m->counter;
    vl.values = &value;
    vl.values_len = 1;
    vl.time = *time;
    vl.interval = MS_TO_CDTIME_T(m->interval_ms);
    sstrncpy(vl.host, m->host, sizeof(vl.host));
    sstrncpy(vl.plugin, "btms", sizeof(vl.plugin));
    sstrncpy(vl.plugin_instance, m->object, sizeof(vl.plugin_instance));
    sstrncpy(vl.type, m->type, sizeof(vl.type));
    sstrncpy(vl.type_instance, m->instance, sizeof(vl.type_instance));
    plugin_dispatch_values(&vl);
}

/* After a step collectd has forgotten what it was told, so nothing counts as told already. */
static void forget_after_step(struct poller *p, int64_t wall_ms)
{
    int64_t offset = wall_ms - link_now_ms();

    if (llabs(offset - p->clock_offset_ms) > CLOCK_STEP_MS)
        memset(p->memory.sent_ms, 0, sizeof(p->memory.sent_ms));
    p->clock_offset_ms = offset;
}

/* Stamps what goes out next. False while values are held because the clock was stepped back. */
static bool stamp(struct poller *p)
{
    cdtime_t now = cdtime();
    int64_t wall_ms = (int64_t)CDTIME_T_TO_MS(now);

    forget_after_step(p, wall_ms);
    switch (walltime_note(&p->clock, wall_ms, p->config->interval_ms / 2)) {
    case WALLTIME_STEPPED_BACK:
        log_say(LOG_LEVEL_WARNING,
                "gateway \"%s\": the clock was stepped back; collectd refuses older times, so "
                "values are held until the clock has passed where it was (or collectd restarts)",
                p->config->name);
        break;
    case WALLTIME_CAUGHT_UP:
        log_say(LOG_LEVEL_NOTICE, "gateway \"%s\": the clock has caught up, values go on",
                p->config->name);
        break;
    case WALLTIME_SAME:
        break;
    }
    if (!p->clock.behind)
        p->time = walltime_stamp(p->time, now);
    return !p->clock.behind;
}

/* Before anything is dispatched or posted: who hears of an alarm must find its values. `urgent`: not
 * to be left out because the last one is fresh. */
static void publish(struct poller *p, const struct gateway *g, int64_t now, bool urgent)
{
    struct steward_shape shape;

    if (!urgent && now - p->published_ms < PUBLISH_GAP_MS)
        return;
    p->snapshot.index = site_device(site, (size_t)(p - pollers));
    if (p->snapshot.index == 0)
        return;
    p->snapshot.aggregator = site_aggregator(site, (size_t)(p - pollers));
    snapshot_device_name(p->snapshot.index, p->file.name, sizeof(p->file.name));
    site_shape(site, (size_t)(p - pollers), &shape);
    p->snapshot.expected = shape.expected;
    p->snapshot.mismatches = shape.mismatches;
    p->snapshot.part = p->part;
    p->snapshot.parts = inventory_of_gateway(&config, p->config, g, p->part);
    p->snapshot.limit = p->limit;
    p->snapshot.limits = device_limits(p->device, p->limit);
    publish_device(&publisher, &p->file, &p->snapshot, g);
    p->published_ms = now;
}

/* A gateway that cannot keep its interval is not stale for that. */
static int64_t kept_interval(const struct poller *p, const struct gateway *g)
{
    int64_t kept = g->health.interval_ms;

    return kept > p->config->interval_ms ? kept : p->config->interval_ms;
}

static void preset(void *ctx, const struct alarm *a)
{
    device_preset(ctx, a);
}

/* At the start, and later when the store was not there in time. */
static void learn_standing(struct poller *p)
{
    unsigned before = p->standing_seen;
    struct census c;

    site_each_standing(site, (size_t)(p - pollers), &p->standing_seen, preset, p->device);
    if (p->standing_seen != before && site_expected(site, (size_t)(p - pollers), &c))
        device_expect(p->device, &c);
    if (site_accepted(site, (size_t)(p - pollers), &p->accepted_seen, &c))
        device_forget(p->device, &c);
}

/* For the site: what is there, and whether it answers. */
static void post_counts(struct poller *p, const struct gateway *g)
{
    struct census c;
    struct steward_shape shape;

    expect_count(g, &c);
    device_learned(p->device, c.type);
    site_shape(site, (size_t)(p - pollers), &shape);
    device_cells_expected(p->device, shape.cells);
    site_post_counts(site, (size_t)(p - pollers), &c);
}

/* ---- alarms that were left out ----------------------------------------------------------- */

struct list {
    struct alarm *alarm;
    size_t n, room;
    bool full; /* no memory: another time */
};

static void add_to_list(void *ctx, const struct alarm_event *e)
{
    struct list *l = ctx;

    if (l->n == l->room && !l->full) {
        size_t room = l->room > 0 ? 2 * l->room : 64;
        struct alarm *grown = realloc(l->alarm, room * sizeof(*grown));

        l->full = grown == NULL;
        l->alarm = grown != NULL ? grown : l->alarm;
        l->room = grown != NULL ? room : l->room;
    }
    if (!l->full)
        l->alarm[l->n++] = e->alarm;
}

static void repeat_alarms(struct poller *p)
{
    struct list l = {0};

    if (!site_wants_all(site, (size_t)(p - pollers)))
        return;
    learn_standing(p);
    device_repeat(p->device, add_to_list, &l);
    if (l.full)
        free(l.alarm);
    else
        site_post_all(site, (size_t)(p - pollers), p->standing_seen, l.alarm, l.n);
}

/* ---- calls of the device ----------------------------------------------------------------- */

static void on_turn(void *ctx, const struct gateway *g, int64_t now, int64_t since)
{
    struct poller *p = ctx;

    publish(p, g, now, true);
    post_counts(p, g);
    learn_standing(p);
    if (stamp(p))
        metrics_turn(g, since, kept_interval(p, g), emit, &p->time);
}

static void on_cells(void *ctx, const struct gateway *g, int s, int64_t now, int64_t interval_ms)
{
    struct poller *p = ctx;

    publish(p, g, now, false);
    if (stamp(p))
        metrics_cells(g, s, (enum cell_metrics)config.cell_metrics, now, interval_ms, &p->memory,
                      emit, &p->time);
}

static void on_health(void *ctx, const struct gateway *g, int64_t now)
{
    struct poller *p = ctx;

    publish(p, g, now, false);
    post_counts(p, g);
    repeat_alarms(p);
    if (stamp(p))
        metrics_health(g, now, kept_interval(p, g), emit, &p->time);
}

/* ---- notifications ----------------------------------------------------------------------- */

/* One that there is no memory for is left out. */
static void add_fact(void *ctx, const struct fact *f)
{
    notification_t *n = ctx;

    switch (f->type) {
    case FACT_TEXT:
        (void)plugin_notification_meta_add_string(n, f->name, f->text);
        break;
    case FACT_NUMBER:
        (void)plugin_notification_meta_add_unsigned_int(n, f->name, f->number);
        break;
    case FACT_VALUE:
        (void)plugin_notification_meta_add_double(n, f->name, f->value);
        break;
    case FACT_FLAG:
        (void)plugin_notification_meta_add_boolean(n, f->name, f->flag);
        break;
    }
}

static int severity_of(const struct event *e)
{
    if (e->what == EVENT_CLEARED || e->alarm.severity == ALARM_INFO)
        return NOTIF_OKAY;
    return e->alarm.severity >= ALARM_MAJOR ? NOTIF_FAILURE : NOTIF_WARNING;
}

static void send_notice(const struct notice *n)
{
    notification_t out = {
        .severity = severity_of(&n->event),
        .time = MS_TO_CDTIME_T(n->event.wall_ms),
        .plugin = "btms",
        .type = "alarm",
    };

    facts_of_event(&n->event, atomic_load(&publisher.store_id), add_fact, &out);
    sstrncpy(out.message, n->event.alarm.text, sizeof(out.message));
    sstrncpy(out.host, n->host, sizeof(out.host));
    sstrncpy(out.plugin_instance, n->object, sizeof(out.plugin_instance));
    sstrncpy(out.type_instance, n->instance, sizeof(out.type_instance));
    plugin_dispatch_notification(&out);
    plugin_notification_meta_free(out.meta);
}

static void name_object(const struct alarm *a, char *ret, size_t size)
{
    if (a->string != 0)
        snprintf(ret, size, "string%02d", a->string);
    else if (a->ups != 0)
        snprintf(ret, size, "ups%02d", a->ups);
    else
        snprintf(ret, size, "gateway");
}

/* In the site's thread, once the event is stored and published. */
static void tell(const struct event *e, const char *gateway)
{
    int row = alarm_row(e->alarm.kind);
    struct notice n = {.event = *e};

    if (row < 0) /* of a store that a newer program wrote */
        return;
    sstrncpy(n.host, gateway, sizeof(n.host));
    name_object(&e->alarm, n.object, sizeof(n.object));
    if (e->alarm.level == ALARM_OF_CELL)
        snprintf(n.instance, sizeof(n.instance), "%s-cell%03d", alarm_kinds[row].name,
                 e->alarm.cell);
    else
        sstrncpy(n.instance, alarm_kinds[row].name, sizeof(n.instance));
    notify_post(notify, &n);
}

/* In a link's thread. The values behind the alarm are published before anybody can hear of it. */
static void on_alarm(void *ctx, const struct alarm_event *e)
{
    struct poller *p = ctx;

    publish(p, e->gateway, p->published_ms, true);
    site_post(site, (size_t)(p - pollers), e);
}

/* ---- configuration ----------------------------------------------------------------------- */

static struct conf_value convert_value(const oconfig_value_t *v)
{
    switch (v->type) {
    case OCONFIG_TYPE_NUMBER:
        return (struct conf_value){.type = CONF_NUMBER, .number = v->value.number};
    case OCONFIG_TYPE_BOOLEAN:
        return (struct conf_value){.type = CONF_BOOLEAN, .boolean = v->value.boolean};
    default:
        return (struct conf_value){.type = CONF_STRING, .string = v->value.string};
    }
}

static void free_node(struct conf_node *n)
{
    for (size_t i = 0; i < n->children; i++)
        free_node((struct conf_node *)&n->child[i]);
    free((void *)n->value);
    free((void *)n->child);
}

/* Strings stay collectd's. False without memory; free_node() is due either way. */
static bool convert(const oconfig_item_t *ci, struct conf_node *ret)
{
    struct conf_value *value = calloc((size_t)ci->values_num + 1, sizeof(*value));
    struct conf_node *child = calloc((size_t)ci->children_num + 1, sizeof(*child));

    *ret = (struct conf_node){.key = ci->key, .value = value, .child = child};
    if (value == NULL || child == NULL)
        return false;
    for (int i = 0; i < ci->values_num; i++)
        value[ret->values++] = convert_value(&ci->values[i]);
    for (int i = 0; i < ci->children_num; i++)
        if (!convert(&ci->children[i], &child[ret->children++]))
            return false;
    return true;
}

static void complain(void *ctx, const char *text)
{
    (void)ctx;
    log_say(LOG_LEVEL_ERROR, "%s", text);
}

/* Always 0: anything else makes collectd exit, and other plugins with it. */
static int on_config(oconfig_item_t *ci)
{
    struct conf_node block;

    if (convert(ci, &block)) {
        config_add(&config, &block, complain, NULL);
    } else {
        config.errors++;
        log_say(LOG_LEVEL_ERROR, "<Plugin btms>: no memory; the block is ignored");
    }
    free_node(&block);
    return 0;
}

static void log_line(enum log_level level, const char *text)
{
    log_say(level, "%s", text);
}

/* ---- life -------------------------------------------------------------------------------- */

static void *run_poller(void *arg)
{
    struct poller *p = arg;

    thread_begin("btms poll");
    site_wait(site, SITE_PATIENCE_MS);
    learn_standing(p);
    device_run(p->device);
    return NULL;
}

static bool start_poller(struct poller *p, const struct gateway_config *gateway)
{
    const struct device_owner owner = {p, on_turn, on_cells, on_health, on_alarm};

    p->config = gateway;
    p->snapshot.transport = SNAPSHOT_MODBUS_TCP;
    p->snapshot.interval_ms = (uint32_t)gateway->interval_ms;
    p->snapshot.cell_interval_ms = (uint32_t)gateway->cell_interval_ms;
    sstrncpy(p->snapshot.name, gateway->name, sizeof(p->snapshot.name));
    snprintf(p->snapshot.address, sizeof(p->snapshot.address), "%.240s port %d", gateway->address,
             gateway->port);
    p->device = device_new(gateway, &owner, wake_fd);
    p->running =
        p->device != NULL && plugin_thread_create(&p->thread, run_poller, p, "btms poll") == 0;
    if (!p->running)
        log_say(LOG_LEVEL_ERROR, "gateway \"%s\": no thread or memory for it; it is left out",
                gateway->name);
    return p->running;
}

static void say_start(size_t started)
{
    if (config.errors > 0)
        log_say(LOG_LEVEL_ERROR,
                "%zu mistakes in the configuration; %zu gateways are left out, going on with %zu",
                config.errors, config.left_out, started);
    else if (started == 0)
        log_say(LOG_LEVEL_WARNING, "no <Gateway> is configured, so there is nothing to do");
    else
        log_say(LOG_LEVEL_INFO, "version " BTMS_VERSION ", polling %zu gateway(s)", started);
}

/* Two pollers would talk to the same devices and write the same files: who finds StateDir or DataDir
 * locked polls nothing. A StateDir that cannot be made only costs SNMP. */
static bool lock_directories(void)
{
    char why[512];

    data_lock = publisher_lock_data(config.data_dir);
    if (data_lock == -EWOULDBLOCK) {
        log_say(LOG_LEVEL_ERROR,
                "DataDir \"%s\": another collectd polls with it; this one polls nothing",
                config.data_dir);
        return false;
    }
    publisher.limits = &config.limits;
    if (publisher_open(&publisher, config.state_dir, why, sizeof(why)) == 0)
        return true;
    log_say(LOG_LEVEL_ERROR, "%s; %s", why,
            publisher.busy ? "this one polls nothing"
                           : "nothing is published to SNMP until it can be made, collectd's values "
                             "go on");
    return !publisher.busy;
}

static void on_aggregator(void *ctx, size_t i, bool here, const char *why)
{
    (void)ctx;
    site_post_aggregator(site, i, here, why);
}

static void start_aggregators(void)
{
    const struct aggregator_settings set = {.aggregator = config.aggregator,
                                            .aggregators = config.aggregators,
                                            .wake_fd = wake_fd,
                                            .report = on_aggregator};

    if (config.aggregators > 0 && (aggregators = aggregators_start(&set)) == NULL)
        log_say(LOG_LEVEL_ERROR, "no thread or memory for the aggregators; nobody looks at them");
}

/* In the site's thread; only once a gateway is polled, which is after the start of all threads. */
static void on_silent(void)
{
    aggregators_look(aggregators);
}

static bool start_threads(void)
{
    const struct site_settings set = {
        .data_dir = config.data_dir,
        .gateway = config.gateway,
        .gateways = config.gateways,
        .aggregator = config.aggregator,
        .aggregators = config.aggregators,
        .silent = on_silent,
        .declared = declared,
        .part = site_part,
        .parts = inventory_of_site(&config, site_part),
        .publisher = &publisher,
        .tell = tell,
        .limits = &config.limits,
        .commissioning_ms = config.commissioning_h * 3600000LL,
        .retention_ms = config.log_retention_d * 86400000LL,
    };

    wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    notify = notify_start(send_notice);
    pollers = calloc(config.gateways + 1, sizeof(*pollers));
    if (wake_fd >= 0 && notify != NULL && pollers != NULL)
        site = site_start(&set);
    if (site == NULL)
        log_say(LOG_LEVEL_ERROR, "cannot start: %s", STRERRNO);
    else
        start_aggregators();
    return site != NULL;
}

/* The rules of the hardware table: they cost nothing, but `collectd -T` fails on them. */
static void check_declared(void)
{
    config_finish(&config, complain, NULL);
    declared = declared_new(&config);
    if (declared == NULL)
        log_say(LOG_LEVEL_ERROR, "no memory for what is declared; it is not compared with what "
                                 "is found");
    else
        config.errors += declared_check(declared, &config, log_line);
}

static int on_init(void)
{
    size_t started = 0;

    if (pollers != NULL) /* collectd calls init once, some embedders twice */
        return 0;
    check_declared();
    if (config.gateways > 0 && (!lock_directories() || !start_threads()))
        return -1;
    for (size_t i = 0; i < config.gateways; i++)
        started += start_poller(&pollers[i], &config.gateway[i]);
    say_start(started);
    return 0;
}

/* Collectd refuses older times, and says so of each value. */
static bool clock_is_behind(void)
{
    static struct walltime clock;

    walltime_note(&clock, (int64_t)CDTIME_T_TO_MS(cdtime()),
                  (int64_t)CDTIME_T_TO_MS(plugin_get_interval()) / 2);
    return clock.behind;
}

static void publish_work(void)
{
    cdtime_t now = cdtime();

    for (size_t i = 0; site != NULL && i < config.gateways; i++) {
        struct work w;

        site_work(site, i, &w);
        metrics_work(config.gateway[i].name, &w, (int64_t)CDTIME_T_TO_MS(plugin_get_interval()),
                     emit, &now);
    }
}

static void publish_own_health(void)
{
    const struct {
        const char *instance;
        size_t value;
    } row[] = {
        {"gateways",             config.gateways},
        {"gateways_left_out",    config.left_out},
        {"configuration_errors", config.errors  }
    };
    cdtime_t now = cdtime();

    for (size_t i = 0; i < STATIC_ARRAY_SIZE(row); i++)
        emit(&now, &(struct metric){.host = hostname_g,
                                    .object = "plugin",
                                    .type = "count",
                                    .instance = row[i].instance,
                                    .value = (double)row[i].value,
                                    .interval_ms = (int64_t)CDTIME_T_TO_MS(plugin_get_interval())});
}

/* Under `collectd -T` callbacks run once, in the main thread; there mistakes must show in the exit
 * code. In normal life a failing callback would only be suspended. */
static int on_read(user_data_t *ud)
{
    bool testing = syscall(SYS_gettid) == getpid();

    (void)ud;
    if (!clock_is_behind()) {
        publish_own_health();
        publish_work();
    }
    return testing && config.errors > 0 ? -1 : 0;
}

static void tell_threads_to_stop(void *unused)
{
    (void)unused;
    if (site == NULL)
        return;
    site_release(site);
    if (eventfd_write(wake_fd, 1) != 0) {
        /* cannot happen: the counter has room for 2^64 - 2 */
    }
}

static int on_shutdown(void)
{
    tell_threads_to_stop(NULL);
    for (size_t i = 0; pollers != NULL && i < config.gateways; i++) {
        if (pollers[i].running)
            pthread_join(pollers[i].thread, NULL);
        device_free(pollers[i].device);
        free(pollers[i].file.buffer.data);
    }
    aggregators_join(aggregators);
    site_stop(site);
    site = NULL;
    aggregators_free(aggregators);
    aggregators = NULL;
    notify_stop(notify, NOTIFY_PATIENCE_MS);
    notify = NULL;
    publisher_close(&publisher);
    if (data_lock >= 0)
        close(data_lock);
    data_lock = -1;
    sfree(pollers);
    if (wake_fd >= 0)
        close(wake_fd);
    wake_fd = -1;
    declared_free(declared);
    declared = NULL;
    config_free(&config);
    return 0;
}

/* collectd's types.db has no type for ohms. A central server needs contrib/types.db for it. */
static void register_resistance(void)
{
    static data_source_t source = {"value", DS_TYPE_GAUGE, 0, NAN};
    static const data_set_t set = {"resistance", 1, &source};

    plugin_register_data_set(&set);
}

__attribute__((visibility("default"))) void module_register(void)
{
    static char unused;
    user_data_t ud = {&unused, tell_threads_to_stop};

    log_set_sink(log_to_collectd);
    config_init(&config);
    register_resistance();
    plugin_register_complex_config("btms", on_config);
    plugin_register_init("btms", on_init);
    plugin_register_complex_read(NULL, "btms", on_read, 0, &ud);
    plugin_register_shutdown("btms", on_shutdown);
}
