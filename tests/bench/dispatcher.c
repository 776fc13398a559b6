/*
 * dispatcher - a collectd plugin for tests/bench/dispatch and scale: what collectd itself needs for a
 * value.
 *
 *   <Plugin dispatcher>
 *     Counter "FILE"     # of two numbers of eight octets, in host order: value lists that reached a
 *                        # write plugin, and (if there is room) the age of the oldest in microseconds
 *     Values N           # dispatched every interval, named like cells of a btms gateway; 0: none
 *   </Plugin>
 *
 * As the only write plugin it counts, for whoever collected the values.
 */
#include "collectd.h"

#include "plugin.h"
#include "utils/common/common.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <sys/mman.h>

enum { CELLS = 120 };
enum { WRITTEN, OLDEST_US, COUNTERS }; /* in the file */

static _Atomic uint64_t *written;
static long values;

static int open_counter(const char *path)
{
    int fd = open(path, O_RDWR);

    written =
        fd < 0 ? MAP_FAILED
               : mmap(NULL, COUNTERS * sizeof(*written), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (fd >= 0)
        close(fd);
    if (written != MAP_FAILED)
        return 0;
    ERROR("dispatcher plugin: %s: %s", path, STRERRNO);
    written = NULL;
    return -1;
}

static int on_config(oconfig_item_t *ci)
{
    for (int i = 0; i < ci->children_num; i++) {
        const oconfig_item_t *c = &ci->children[i];

        if (strcasecmp(c->key, "Values") == 0)
            values = (long)c->values[0].value.number;
        else if (strcasecmp(c->key, "Counter") == 0 && open_counter(c->values[0].value.string) != 0)
            return -1;
    }
    return 0;
}

static int on_read(void)
{
    cdtime_t now = cdtime();

    for (long i = 0; i < values; i++) {
        value_t v = {.gauge = 13.5 + (double)(i % 100) / 1000};
        value_list_t vl = {.values = &v, .values_len = 1, .time = now, .plugin = "btms"};

        sstrncpy(vl.host, "peer", sizeof(vl.host));
        sstrncpy(vl.type, "voltage", sizeof(vl.type));
        snprintf(vl.plugin_instance, sizeof(vl.plugin_instance), "string%02ld", i / CELLS + 1);
        snprintf(vl.type_instance, sizeof(vl.type_instance), "cell%03ld", i % CELLS + 1);
        plugin_dispatch_values(&vl);
    }
    return 0;
}

/* How old it is: of the queue, not of the interval, as values are stamped when they are dispatched. */
static void note(cdtime_t time)
{
    uint64_t age_us = CDTIME_T_TO_US(cdtime() - time), most = atomic_load(&written[OLDEST_US]);

    atomic_fetch_add(&written[WRITTEN], 1);
    while (age_us > most && !atomic_compare_exchange_weak(&written[OLDEST_US], &most, age_us)) {
    }
}

static int on_write(const data_set_t *ds, const value_list_t *vl, user_data_t *unused)
{
    (void)ds;
    (void)vl;
    (void)unused;
    if (written != NULL)
        note(vl->time);
    return 0;
}

__attribute__((visibility("default"))) void module_register(void)
{
    plugin_register_complex_config("dispatcher", on_config);
    plugin_register_read("dispatcher", on_read);
    plugin_register_write("dispatcher", on_write, NULL);
}
