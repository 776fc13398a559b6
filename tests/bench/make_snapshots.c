/*
 * make_snapshots DIR GATEWAYS: writes what the collector would publish of that many full gateways
 * (32 UPS, 32 strings of 120 cells each) with the values of values.h, and prints the bytes of all
 * files. make_snapshots DIR gateway GENERATION: writes DIR/dev-1.snap.GENERATION alone.
 * make_snapshots putval ROWS NAME...: prints the first columns of that many cells, under these
 * names, as collectdctl's putval wants them.
 *
 * Intervals are a day, so that nothing gets stale while a benchmark runs.
 */
#include "values.h"

#include "core/fsio.h"
#include "core/snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DAY_MS = 86400 * 1000 };

static int directory;
static struct snapshot_buffer buffer;
static size_t written;

static int64_t clock_ms(clockid_t id)
{
    struct timespec ts;

    clock_gettime(id, &ts);
    return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

static void write_file(const char *name, size_t size)
{
    int err = size > 0 ? fsio_replace(directory, name, buffer.data, size, 0644, false) : -ENOMEM;

    if (err != 0) {
        fprintf(stderr, "make_snapshots: %s: %s\n", name, strerror(-err));
        exit(1);
    }
    written += size;
}

static struct snapshot_stamp stamp_of(uint32_t generation)
{
    struct snapshot_stamp s = {.counter = generation + 1,
                               .boot_ms = clock_ms(CLOCK_BOOTTIME),
                               .wall_ms = clock_ms(CLOCK_REALTIME),
                               .store_id = 1};
    FILE *f = fopen("/proc/sys/kernel/random/boot_id", "re");
    unsigned byte;

    for (int i = 0; f != NULL && i < 16; i++) {
        if (fscanf(f, "%*[-]") == EOF || fscanf(f, "%2x", &byte) != 1)
            break;
        s.boot_id[i] = (uint8_t)byte;
    }
    if (f != NULL)
        fclose(f);
    return s;
}

static void good(int32_t *value, uint8_t *validity, int quantity, int32_t v)
{
    value[quantity] = v;
    validity[quantity] = VALIDITY_GOOD;
}

static void fill_cell(struct cell *c, struct place p, uint32_t generation)
{
    static const int column[CELL_QUANTITIES] = {
        [CELL_STATUS] = COLUMN_STATUS_RAW,
        [CELL_VOLTAGE] = COLUMN_VOLTAGE,
        [CELL_RESISTANCE] = COLUMN_RESISTANCE,
        [CELL_TEMPERATURE] = COLUMN_TEMPERATURE,
        [CELL_SOC] = COLUMN_SOC,
        [CELL_SOH] = COLUMN_SOH,
        [CELL_ALARM] = COLUMN_ALARM_RAW,
    };

    c->seen = true;
    for (int q = 0; q < CELL_QUANTITIES; q++)
        good(c->value, c->validity, q, value_number(p, column[q], generation));
}

static void fill_string(struct string *s, struct place p, uint32_t generation, int64_t now)
{
    s->presence = PRESENCE_HERE;
    s->cell_type = CELL_TYPE_12V;
    s->cells = CELLS;
    s->read_ms = s->cells_read_ms = now;
    s->cells_interval_ms = DAY_MS;
    for (int q = 0; q < STRING_QUANTITIES; q++)
        good(s->value, s->validity, q, 1);
    for (p.cell = 1; p.cell <= CELLS; p.cell++)
        fill_cell(&s->cell[p.cell - 1], p, generation);
}

static void fill_gateway(struct gateway *g, uint32_t index, uint32_t generation, int64_t now)
{
    memset(g, 0, sizeof(*g));
    for (int i = 0; i < UPS_MAX; i++) {
        g->ups[i].presence = PRESENCE_HERE;
        g->ups[i].read_ms = now;
        for (int q = 0; q < UPS_QUANTITIES; q++)
            good(g->ups[i].value, g->ups[i].validity, q, 1);
    }
    for (uint32_t s = 1; s <= STRINGS; s++)
        fill_string(&g->string[s - 1], (struct place){index, s, 0}, generation, now);
}

static void write_gateway(uint32_t index, uint32_t generation, const char *name)
{
    static struct gateway g;
    struct snapshot_stamp stamp = stamp_of(generation);
    struct snapshot_device d = {
        .index = index,
        .interval_ms = DAY_MS,
        .cell_interval_ms = DAY_MS,
        .health = {.reachable = true,
                   .answered_ms = stamp.boot_ms,
                   .interval_ms = DAY_MS,
                   .cell_interval_ms = DAY_MS,
                   .window = 16,
                   .connections = 1,
                   .span_cells = 2,
                   .string_words = 15}
    };

    fill_gateway(&g, index, generation, stamp.boot_ms);
    snprintf(d.name, sizeof(d.name), "gw-%u", (unsigned)index);
    memcpy(g.name, d.name, sizeof(g.name));
    snprintf(d.address, sizeof(d.address), "192.0.2.1:502");
    write_file(name, snapshot_encode_device(&stamp, &d, &g, &buffer));
}

static struct alarm alarm_of(uint32_t id, uint32_t gateways)
{
    struct alarm a = {.id = id,
                      .kind = 32, /* cellError */
                      .severity = ALARM_MAJOR,
                      .level = ALARM_OF_CELL,
                      .gateway = (id - 1) % gateways + 1,
                      .string = 3,
                      .cell = 7,
                      .raised_ms = 1700000000000};

    snprintf(a.object, sizeof(a.object), "gw-%u / string 3 / cell 7", (unsigned)a.gateway);
    snprintf(a.text, sizeof(a.text), "%s: a benchmark's alarm", a.object);
    return a;
}

/* One active alarm per gateway, and as many events as there can be, all told already. */
static void write_alarms(uint32_t gateways)
{
    struct snapshot_stamp stamp = stamp_of(0);
    struct alarm *active = calloc(gateways, sizeof(*active));
    struct event *events = calloc(SNAPSHOT_EVENTS_MAX, sizeof(*events));

    if (active == NULL || events == NULL)
        exit(1);
    for (uint32_t i = 0; i < gateways; i++)
        active[i] = alarm_of(i + 1, gateways);
    for (uint32_t i = 0; i < SNAPSHOT_EVENTS_MAX; i++)
        events[i] = (struct event){.sequence = i + 1,
                                   .what = EVENT_RAISED,
                                   .stored = true,
                                   .wall_ms = 1700000000000,
                                   .alarm = alarm_of(i + 1, gateways)};
    write_file("alarms.snap", snapshot_encode_alarms(&stamp, active, gateways, events,
                                                     SNAPSHOT_EVENTS_MAX, &buffer));
    free(active);
    free(events);
}

static void write_site(uint32_t gateways)
{
    struct snapshot_stamp stamp = stamp_of(0);
    struct snapshot_site site = {.version = "bench",
                                 .sequence = SNAPSHOT_EVENTS_MAX,
                                 .alarm_id = SNAPSHOT_EVENTS_MAX,
                                 .alarms_changed_ms = stamp.boot_ms,
                                 .interval_ms = DAY_MS};
    struct snapshot_entry *entry = calloc(gateways, sizeof(*entry));

    if (entry == NULL)
        exit(1);
    for (uint32_t i = 0; i < gateways; i++) {
        entry[i].index = i + 1;
        snprintf(entry[i].name, sizeof(entry[i].name), "gw-%u", (unsigned)i + 1);
    }
    write_file("site.snap", snapshot_encode_site(&stamp, &site, entry, gateways, &buffer));
    free(entry);
}

static void write_all(uint32_t gateways)
{
    char name[32];

    for (uint32_t i = 1; i <= gateways; i++) {
        snapshot_device_name(i, name, sizeof(name));
        write_gateway(i, 0, name);
    }
    write_alarms(gateways);
    write_site(gateways); /* last: only what it lists is served */
}

static int print_values(uint32_t rows, char **names, int n)
{
    for (uint32_t row = 0; row < rows; row++) {
        struct place p = place_of(row);

        for (int i = 0; i < n; i++)
            printf("bench/bench-%u-%u-%u/gauge-%s interval=86400 N:%d\n", (unsigned)p.gateway,
                   (unsigned)p.string, (unsigned)p.cell, names[i],
                   (int)value_number(p, COLUMN_STATUS + i, 0));
    }
    return 0;
}

int main(int argc, char **argv)
{
    char name[32];

    if (argc < 3) {
        fprintf(stderr, "make_snapshots: see the head of its source\n");
        return 2;
    }
    if (strcmp(argv[1], "putval") == 0)
        return print_values((uint32_t)strtoul(argv[2], NULL, 10), argv + 3, argc - 3);
    directory = fsio_open_dir(argv[1], 0755);
    if (directory < 0) {
        fprintf(stderr, "make_snapshots: %s: %s\n", argv[1], strerror(-directory));
        return 1;
    }
    if (argc == 4) {
        snprintf(name, sizeof(name), "dev-1.snap.%s", argv[3]);
        write_gateway(1, (uint32_t)strtoul(argv[3], NULL, 10), name);
    } else {
        write_all((uint32_t)strtoul(argv[2], NULL, 10));
    }
    printf("%zu\n", written);
    free(buffer.data);
    return 0;
}
