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

#include "config.h" /* ours: collectd's own has been included by collectd.h */
#include "core/log.h"
#include "declared.h"
#include "facts.h"
#include "inventory.h"
#include "lookout.h"
#include "metrics.h"
#include "metrics_th.h"
#include "notify.h"
#include "poller.h"
#include "publish.h"
#include "site.h"
#include "walltime.h"

#include <sys/eventfd.h>
#include <sys/syscall.h>

static struct config config;
static struct declared *declared;
static struct part site_part[INVENTORY_MAX];
static struct pollers *pollers;
static struct notify *notify;
static struct publisher publisher = {.dir = -1, .lock = -1};
static struct site *site;
static struct lookout *lookout;
static int wake_fd = -1, data_lock = -1;

enum { NOTIFY_PATIENCE_MS = 500 };

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
    const uint64_t *time = ctx;
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

static uint64_t time_now(void)
{
    return cdtime();
}

static int64_t time_in_ms(uint64_t time)
{
    return (int64_t)CDTIME_T_TO_MS((cdtime_t)time);
}

static bool start_thread(pthread_t *ret, void *(*run)(void *), void *arg)
{
    return plugin_thread_create(ret, run, arg, "btms poll") == 0;
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

/* Of a gateway by its name; NULL for none, or one that is not configured. */
static const struct identities *identities_of(const char *gateway)
{
    for (size_t i = 0; i < config.gateways; i++)
        if (strcmp(config.gateway[i].name, gateway) == 0)
            return &config.gateway[i].identities;
    for (size_t i = 0; i < config.ths; i++)
        if (strcmp(config.th[i].name, gateway) == 0)
            return &config.th[i].identities;
    return NULL;
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
    facts_of_place(&n->event.alarm, identities_of(n->host), add_fact, &out);
    sstrncpy(out.message, n->event.alarm.text, sizeof(out.message));
    sstrncpy(out.host, n->host, sizeof(out.host));
    sstrncpy(out.plugin_instance, n->object, sizeof(out.plugin_instance));
    sstrncpy(out.type_instance, n->instance, sizeof(out.type_instance));
    plugin_dispatch_notification(&out);
    plugin_notification_meta_free(out.meta);
}

static bool is_th(const char *device)
{
    for (size_t i = 0; i < config.ths; i++)
        if (strcmp(config.th[i].name, device) == 0)
            return true;
    return false;
}

static void name_object(const struct alarm *a, const char *device, char *ret, size_t size)
{
    if (a->level == ALARM_OF_SENSOR)
        snprintf(ret, size, "th%03d", a->cell);
    else if (is_th(device))
        snprintf(ret, size, "controller");
    else if (a->string != 0)
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
    name_object(&e->alarm, gateway, n.object, sizeof(n.object));
    if (e->alarm.level == ALARM_OF_CELL)
        snprintf(n.instance, sizeof(n.instance), "%s-cell%03d", alarm_kinds[row].name,
                 e->alarm.cell);
    else if (e->alarm.level == ALARM_OF_QUANTITY) /* a gateway may have many */
        snprintf(n.instance, sizeof(n.instance), "%s-quantity%03d", alarm_kinds[row].name,
                 e->alarm.cell);
    else
        sstrncpy(n.instance, alarm_kinds[row].name, sizeof(n.instance));
    notify_post(notify, &n);
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

static void say_start(size_t started)
{
    if (config.errors > 0)
        log_say(LOG_LEVEL_ERROR,
                "%zu mistakes in the configuration; %zu gateways are left out, going on with %zu",
                config.errors, config.left_out + config.ths_left_out, started);
    else if (started == 0)
        log_say(LOG_LEVEL_WARNING,
                "no <Gateway>, <Serial> line or <THController> is configured, so there is nothing "
                "to do");
    else
        log_say(LOG_LEVEL_INFO, "version " BTMS_VERSION ", polling %zu gateway(s)%s", started,
                config.ths > 0 ? " and TH controllers" : "");
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

static void on_look(void *ctx, enum lookout_what what, size_t i, bool here, const char *why)
{
    (void)ctx;
    if (what == LOOKOUT_AGGREGATOR)
        site_post_aggregator(site, i, here, why);
    else
        site_post_controller(site, i, here, why);
}

static void start_lookout(void)
{
    const struct lookout_settings set = {.config = &config, .wake_fd = wake_fd, .report = on_look};

    if (lookout_targets(&config) > 0 && (lookout = lookout_start(&set)) == NULL)
        log_say(LOG_LEVEL_ERROR,
                "no thread or memory to look at aggregators and master controllers; "
                "nobody does");
}

/* In the site's thread; only once a gateway is polled, which is after the start of all threads. */
static void on_silent(void)
{
    lookout_look(lookout);
}

static bool start_threads(void)
{
    const struct site_settings set = {
        .data_dir = config.data_dir,
        .gateway = config.gateway,
        .gateways = config.gateways,
        .th = config.th,
        .ths = config.ths,
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
    if (wake_fd >= 0 && notify != NULL)
        site = site_start(&set);
    if (site == NULL)
        log_say(LOG_LEVEL_ERROR, "cannot start: %s", STRERRNO);
    else
        start_lookout();
    return site != NULL;
}

static int64_t shortest_cell_interval(void)
{
    int64_t least = INT64_MAX;

    for (size_t i = 0; i < config.gateways; i++)
        if (config.gateway[i].cell_interval_ms < least)
            least = config.gateway[i].cell_interval_ms;
    return least;
}

static size_t start_pollers(void)
{
    static struct poller_world world;
    static struct pace pace;
    size_t started = 0;

    pace_init(&pace, config.gateways, shortest_cell_interval());
    world = (struct poller_world){.config = &config,
                                  .site = site,
                                  .publisher = &publisher,
                                  .pace = &pace,
                                  .wake_fd = wake_fd,
                                  .emit = emit,
                                  .time = time_now,
                                  .time_ms = time_in_ms,
                                  .start = start_thread};
    pollers = pollers_start(&world, &started);
    if (pollers == NULL)
        log_say(LOG_LEVEL_ERROR, "no memory to poll anything");
    return started;
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
    size_t devices = config.gateways + config.ths, started = 0;

    if (pollers != NULL) /* collectd calls init once, some embedders twice */
        return 0;
    check_declared();
    if (devices > 0 && (!lock_directories() || !start_threads()))
        return -1;
    if (devices > 0)
        started = start_pollers();
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
    int64_t interval_ms = (int64_t)CDTIME_T_TO_MS(plugin_get_interval());
    uint64_t now = cdtime();
    struct work w;

    for (size_t i = 0; site != NULL && i < config.gateways; i++) {
        site_work(site, i, &w);
        metrics_work(config.gateway[i].name, &w, interval_ms, emit, &now);
    }
    for (size_t i = 0; site != NULL && i < config.ths; i++) {
        site_work(site, config.gateways + i, &w);
        metrics_th_work(config.th[i].name, &w, interval_ms, emit, &now);
    }
}

/* Once, when no more are being found. */
static void say_many(uint32_t cells)
{
    enum { MANY = 10000, VALUES = 5, VALUE_KB = 1 };
    static uint32_t before;
    static bool said;

    if (!said && cells == before && cells > MANY && config.cell_metrics == CELL_METRICS_ALL) {
        said = true;
        log_say(LOG_LEVEL_NOTICE,
                "%u cells with CellMetrics all: %u values, which take about %u MB here; "
                "write_prometheus is quadratic in the values of one name: for it, and to save "
                "memory, see CellMetrics summary in collectd-btms(5)",
                cells, cells * VALUES, cells * VALUES * VALUE_KB / 1000);
    }
    before = cells;
}

static void publish_totals(void)
{
    int64_t interval_ms = (int64_t)CDTIME_T_TO_MS(plugin_get_interval());
    cdtime_t now = cdtime();
    struct totals t;

    if (site != NULL && site_totals(site, &t)) {
        say_many(t.cells);
        metrics_totals(hostname_g, "site", &t, interval_ms, emit, &now);
    }
    for (size_t i = 0; site != NULL && i < config.aggregators; i++)
        if (site_totals_of_aggregator(site, i, &t))
            metrics_totals(config.aggregator[i].name, "aggregator", &t, interval_ms, emit, &now);
}

static void publish_own_health(void)
{
    const struct {
        const char *instance;
        size_t value;
    } row[] = {
        {"gateways",                config.gateways    },
        {"gateways_left_out",       config.left_out    },
        {"th_controllers",          config.ths         },
        {"th_controllers_left_out", config.ths_left_out},
        {"configuration_errors",    config.errors      }
    };
    uint64_t now = cdtime();

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
        publish_totals();
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
    pollers_join(pollers);
    pollers = NULL;
    lookout_join(lookout);
    site_stop(site);
    site = NULL;
    lookout_free(lookout);
    lookout = NULL;
    notify_stop(notify, NOTIFY_PATIENCE_MS);
    notify = NULL;
    publisher_close(&publisher);
    if (data_lock >= 0)
        close(data_lock);
    data_lock = -1;
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
