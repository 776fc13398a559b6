/*
 * See mib.h. An instance is base.path.column.index: within a table, column comes before row,
 * so the next instance is the next row of the same column, then the first row of the next column,
 * then the next table.
 */
#include "mib.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const struct oid mib_2 = {
    6, {1, 3, 6, 1, 2, 1}
};

/* The arcs are BTMS-REG-MIB's: btmsModules = root.2, btmsMIB = that.1, btmsObjects = that.1. */
void mib_init(struct mib *m, const struct view *view, const struct own *own, const struct oid *base)
{
    static const uint32_t objects[] = {2, 1, 1};

    *m = (struct mib){.source = view, .view = view->now, .own = own};
    oid_copy(&m->root, base);
    oid_copy(&m->objects, base);
    oid_append_list(&m->objects, objects, 3);
    while (oid_compare(&m->objects, &mib_2) < 0 && mib_tables[m->first]->base == MIB_2)
        m->first++;
}

void mib_select(struct mib *m, const struct view_version *version, const struct view_gateway *only)
{
    m->selected = version != NULL;
    m->view = version != NULL ? version : m->source->now;
    m->only = version != NULL ? only : NULL;
}

/* Less is the rounding of clocks: time stamps of what does not happen must not move. */
enum { UPTIME_STEP = 100 };

void mib_note_uptime(struct mib *m, uint32_t ticks)
{
    uint32_t off = ticks - (uint32_t)((m->now_ms - m->uptime_zero_ms) / 10);

    if (m->uptime_zero_ms == 0 || off + UPTIME_STEP > 2 * UPTIME_STEP)
        m->uptime_zero_ms = m->now_ms - (int64_t)ticks * 10;
}

/* The tables in the order of their OIDs: which base comes first depends on btmsRoot. */
static const struct mib_table *nth(const struct mib *m, size_t i)
{
    i += m->first;
    return mib_tables[i < mib_table_count ? i : i - mib_table_count];
}

static const struct oid *base_of(const struct mib *m, enum mib_base base)
{
    return base == MIB_2 ? &mib_2 : &m->objects;
}

/* What is left of a name below a base; its numbers beyond the end read as 0. */
struct rest {
    const uint32_t *sub;
    uint32_t len;
};

static uint32_t at(struct rest r, uint32_t i)
{
    return i < r.len ? r.sub[i] : 0;
}

/* A name against a base: before, below or behind it, and what is left of it below. */
struct place {
    int order;
    struct rest rest;
};

static struct place place_of(const struct mib *m, const struct oid *name, enum mib_base base)
{
    const struct oid *b = base_of(m, base);

    if (!oid_has_prefix(name, b))
        return (struct place){.order = oid_compare(name, b)};
    return (struct place){
        .rest = {name->sub + b->len, name->len - b->len}
    };
}

/* The same against the path of a table, below its base: before, in or behind it. */
static int against(const struct place *p, const struct mib_table *t)
{
    if (p->order != 0)
        return p->order;
    for (uint32_t i = 0; i < t->path_len; i++) {
        if (i >= p->rest.len)
            return -1;
        if (p->rest.sub[i] != t->path[i])
            return p->rest.sub[i] < t->path[i] ? -1 : 1;
    }
    return 0;
}

static const struct mib_column *column_from(const struct mib_table *t, uint32_t sub)
{
    for (size_t i = 0; i < t->columns; i++)
        if (t->column[i].sub >= sub)
            return &t->column[i];
    return NULL;
}

static void name_instance(const struct mib *m, const struct mib_table *t, uint32_t sub,
                          const uint32_t *index, struct oid *ret)
{
    oid_copy(ret, base_of(m, t->base));
    oid_append_list(ret, t->path, t->path_len);
    oid_append(ret, sub);
    oid_append_list(ret, index, t->indexes);
}

void mib_name(const struct mib *m, const char *name, const uint32_t *index, struct oid *ret)
{
    for (size_t i = 0; i < mib_table_count; i++)
        for (size_t c = 0; c < mib_tables[i]->columns; c++)
            if (strcmp(mib_tables[i]->column[c].name, name) == 0) {
                name_instance(m, mib_tables[i], mib_tables[i]->column[c].sub, index, ret);
                return;
            }
    oid_copy(ret, &m->objects);
}

/* ---- GET --------------------------------------------------------------------------------- */

static bool find_column(const struct mib *m, const struct oid *name, struct rest *ret_rest,
                        const struct mib_table **ret_table, const struct mib_column **ret)
{
    const struct place place[] = {
        [MIB_OBJECTS] = place_of(m, name, MIB_OBJECTS), [MIB_2] = place_of(m, name, MIB_2)};

    for (size_t i = 0; i < mib_table_count; i++) {
        const struct mib_table *t = mib_tables[i];

        *ret_rest = place[t->base].rest;
        if (against(&place[t->base], t) != 0 || ret_rest->len <= t->path_len)
            continue;
        *ret_table = t;
        *ret = column_from(t, ret_rest->sub[t->path_len]);
        if (*ret != NULL && (*ret)->sub == ret_rest->sub[t->path_len])
            return true;
    }
    return false;
}

void mib_get(struct mib *m, const struct oid *name, struct agentx_value *ret)
{
    uint32_t index[MIB_INDEXES_MAX] = {0};
    const struct mib_table *t;
    const struct mib_column *c;
    struct mib_row row;
    struct rest r;

    mib_follow(m);
    ret->kind = AGENTX_NO_SUCH_OBJECT;
    if (!find_column(m, name, &r, &t, &c))
        return;
    ret->kind = AGENTX_NO_SUCH_INSTANCE;
    if (r.len != t->path_len + 1 + t->indexes)
        return;
    memcpy(index, r.sub + t->path_len + 1, t->indexes * sizeof(*index));
    if (!t->from(m, index, &row) || memcmp(row.index, index, t->indexes * sizeof(*index)) != 0 ||
        !c->get(m, &row, c, ret))
        ret->kind = AGENTX_NO_SUCH_INSTANCE;
}

/* ---- GETNEXT ----------------------------------------------------------------------------- */

/* The smallest index above `index`; false when there is none. */
static bool increment(uint32_t *index, uint32_t n)
{
    while (n-- > 0) {
        if (index[n] != UINT32_MAX) {
            index[n]++;
            return true;
        }
        index[n] = 0;
    }
    return false;
}

/* Turns what follows the column in `r` into the first index that may be answered. A shorter one
 * comes before all its rows, a longer one after the row it begins with. */
static bool first_index(struct rest r, uint32_t skip, uint32_t indexes, bool include,
                        uint32_t ret[MIB_INDEXES_MAX])
{
    for (uint32_t i = 0; i < indexes; i++)
        ret[i] = at(r, skip + i);
    if (r.len < skip + indexes || (r.len == skip + indexes && include))
        return true;
    return increment(ret, indexes);
}

/* The next instance of one column at or after `index`: rows without a value are passed over. */
static bool next_in_column(struct mib *m, const struct mib_table *t, const struct mib_column *c,
                           uint32_t index[MIB_INDEXES_MAX], struct mib_row *row,
                           struct agentx_value *ret)
{
    while (t->from(m, index, row)) {
        if (c->get(m, row, c, ret))
            return true;
        memcpy(index, row->index, t->indexes * sizeof(*index));
        if (t->after != NULL ? !t->after(m, row, c, index) : !increment(index, t->indexes))
            return false;
    }
    return false;
}

static bool next_in_table(struct mib *m, const struct mib_table *t, struct rest r, bool include,
                          struct oid *ret_name, struct agentx_value *ret)
{
    const struct mib_column *c = column_from(t, at(r, t->path_len));
    bool exact = c != NULL && r.len > t->path_len && c->sub == r.sub[t->path_len];
    uint32_t index[MIB_INDEXES_MAX] = {0};
    struct mib_row row;

    if (exact && !first_index(r, t->path_len + 1, t->indexes, include, index)) {
        c++;
        memset(index, 0, sizeof(index));
    }
    for (; c != NULL && c < t->column + t->columns; c++) {
        if (c->get != mib_none && next_in_column(m, t, c, index, &row, ret)) {
            name_instance(m, t, c->sub, row.index, ret_name);
            return true;
        }
        memset(index, 0, sizeof(index));
    }
    return false;
}

bool mib_getnext(struct mib *m, const struct oid *start, bool include, const struct oid *end,
                 struct oid *ret_name, struct agentx_value *ret)
{
    const struct place place[] = {
        [MIB_OBJECTS] = place_of(m, start, MIB_OBJECTS), [MIB_2] = place_of(m, start, MIB_2)};
    const struct rest whole = {NULL, 0};

    mib_follow(m);
    for (size_t i = 0; i < mib_table_count; i++) {
        const struct mib_table *t = nth(m, i);
        int where = against(&place[t->base], t);

        if (where > 0 ||
            !next_in_table(m, t, where == 0 ? place[t->base].rest : whole, include, ret_name, ret))
            continue;
        return end->len == 0 || oid_compare(ret_name, end) < 0;
    }
    return false;
}

/* ---- for getters ------------------------------------------------------------------------- */

const struct view_gateway *mib_gateway_from(const struct mib *m, uint32_t index)
{
    size_t at;

    if (m->only != NULL)
        return m->only->index >= index ? m->only : NULL;
    at = view_gateway_at(m->view, index);
    return at < m->view->gateways ? m->view->gateway[at] : NULL;
}

const struct view_gateway *mib_th_from(const struct mib *m, uint32_t index)
{
    return m->only != NULL ? NULL : view_th_from(m->view, index);
}

const struct view_gateway *mib_device_from(const struct mib *m, uint32_t index)
{
    const struct view_gateway *g = mib_gateway_from(m, index), *th = mib_th_from(m, index);

    return th == NULL || (g != NULL && g->index < th->index) ? g : th;
}

static const struct view_gateway *gateway_behind(const struct mib *m, const struct view_gateway *g)
{
    return g->index < UINT32_MAX ? mib_gateway_from(m, g->index + 1) : NULL;
}

bool mib_record_from(const struct mib *m, int section, uint32_t gateway, uint32_t key,
                     struct mib_row *ret)
{
    const struct view_gateway *g = mib_gateway_from(m, gateway);

    for (; g != NULL; g = gateway_behind(m, g)) {
        ret->at = snapshot_find(&g->snap, section, g->index == gateway ? key : 0);
        if (ret->at == g->snap.section[section].count)
            continue;
        ret->gateway = g;
        ret->section = section;
        ret->index[0] = g->index;
        return true;
    }
    return false;
}

const struct string *mib_string_at(struct mib *m, const struct view_gateway *g, uint32_t at)
{
    int number;

    if (m->string_serial != g->serial || m->string_at != at)
        snapshot_get_string(&g->snap, at, &number, &m->string);
    m->string_serial = g->serial;
    m->string_at = at;
    return &m->string;
}

/* Of many cells one after the other it is the same string. */
const struct string *mib_string_of(struct mib *m, const struct view_gateway *g, uint32_t number)
{
    if (m->string_serial == g->serial && snapshot_key(&g->snap, 2, m->string_at) == number)
        return &m->string;
    return mib_string_at(m, g, snapshot_find(&g->snap, 2, number));
}

bool mib_integer(struct agentx_value *ret, int64_t v)
{
    ret->kind = AGENTX_INTEGER32;
    ret->integer = (int32_t)v;
    return v >= INT32_MIN && v <= INT32_MAX;
}

bool mib_gauge(struct agentx_value *ret, int64_t v)
{
    ret->kind = AGENTX_GAUGE32;
    ret->number = v > UINT32_MAX ? UINT32_MAX : (uint32_t)v;
    return v >= 0;
}

bool mib_counter(struct agentx_value *ret, uint64_t v)
{
    ret->kind = AGENTX_COUNTER32;
    ret->number = (uint32_t)v; /* wraps, as counters do */
    return true;
}

bool mib_truth(struct agentx_value *ret, bool v)
{
    return mib_integer(ret, v ? 1 : 2);
}

bool mib_octets(struct mib *m, struct agentx_value *ret, const void *data, size_t size)
{
    if (size > sizeof(m->scratch))
        return false;
    if (data != m->scratch)
        memcpy(m->scratch, data, size);
    ret->kind = AGENTX_OCTET_STRING;
    ret->octets.data = m->scratch;
    ret->octets.size = size;
    return true;
}

bool mib_text(struct mib *m, struct agentx_value *ret, const char *format, ...)
{
    va_list ap;
    int n;

    va_start(ap, format);
    n = vsnprintf(m->scratch, sizeof(m->scratch), format, ap);
    va_end(ap);
    if (n < 0)
        return false;
    return mib_octets(m, ret, m->scratch,
                      (size_t)n < sizeof(m->scratch) ? (size_t)n : sizeof(m->scratch) - 1);
}

bool mib_date(struct mib *m, struct agentx_value *ret, int64_t wall_ms)
{
    time_t seconds = (time_t)(wall_ms / 1000);
    struct tm tm;
    char o[11];

    if (wall_ms <= 0 || gmtime_r(&seconds, &tm) == NULL)
        return false;
    o[0] = (char)((tm.tm_year + 1900) >> 8);
    o[1] = (char)(tm.tm_year + 1900);
    o[2] = (char)(tm.tm_mon + 1);
    o[3] = (char)tm.tm_mday;
    o[4] = (char)tm.tm_hour;
    o[5] = (char)tm.tm_min;
    o[6] = (char)tm.tm_sec;
    o[7] = (char)(wall_ms % 1000 / 100);
    o[8] = '+';
    o[9] = o[10] = 0;
    return mib_octets(m, ret, o, sizeof(o));
}

bool mib_timestamp(const struct mib *m, struct agentx_value *ret, int64_t boot_ms)
{
    int64_t zero = m->uptime_zero_ms, since = zero != 0 && boot_ms > 0 ? boot_ms - zero : 0;

    ret->kind = AGENTX_TIME_TICKS;
    ret->number = since > 0 ? (uint32_t)(since / 10) : 0;
    return true;
}

bool mib_age(const struct mib *m, const struct view_gateway *g, int64_t read_ms,
             struct agentx_value *ret)
{
    int64_t age = view_age_ms(m->view, &g->snap, read_ms, m->now_ms);

    return mib_gauge(ret, age < 0 ? -1 : age / 1000);
}

bool mib_stale(const struct mib *m, const struct view_gateway *g, int64_t read_ms,
               int64_t interval_ms)
{
    int64_t age = view_age_ms(m->view, &g->snap, read_ms, m->now_ms);

    return age < 0 || age > 3 * interval_ms;
}

bool mib_none(struct mib *m, const struct mib_row *row, const struct mib_column *column,
              struct agentx_value *ret)
{
    (void)m, (void)row, (void)column, (void)ret;
    return false;
}

bool mib_no_rows(struct mib *m, const uint32_t index[MIB_INDEXES_MAX], struct mib_row *ret)
{
    (void)m, (void)index, (void)ret;
    return false;
}
