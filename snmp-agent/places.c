/* See places.h. A line for the store, one for each receiver, and one that says that this is all. */
#include "places.h"

#include "core/fsio.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILE_MOST = PLACES_MOST * (PLACE_NAME_SIZE + 48) + 64 };

static const char file_name[] = "btms-agentx.places";
static const char heading[] = "btms-places 1 ";
static const char ending[] = "end\n";

const struct store_place *places_find(const struct places *p, const char *name)
{
    for (size_t i = 0; i < p->n; i++)
        if (strcmp(p->row[i].name, name) == 0)
            return &p->row[i].place;
    return NULL;
}

static bool is_one_of(const char *name, const char *const *of, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(of[i], name) == 0)
            return true;
    return false;
}

bool places_forget(struct places *p, const char *const *keep, size_t n)
{
    size_t before = p->n;

    p->n = 0;
    for (size_t i = 0; i < before; i++)
        if (is_one_of(p->row[i].name, keep, n))
            p->row[p->n++] = p->row[i];
    return p->n != before;
}

/* ---- in ---------------------------------------------------------------------------------- */

static bool is_number(const char *s)
{
    return *s >= '0' && *s <= '9';
}

/* A number and the blank behind it. */
static bool take_number(const char **at, uint32_t *ret)
{
    char *end;
    unsigned long long n;

    if (!is_number(*at))
        return false;
    n = strtoull(*at, &end, 10);
    if (n > UINT32_MAX || *end != ' ')
        return false;
    *ret = (uint32_t)n;
    *at = end + 1;
    return true;
}

/* A receiver's line, cut off at its end; the name is the rest of it. */
static bool take_row(const char *line, struct places *ret)
{
    struct places_row *r = &ret->row[ret->n];
    uint32_t lost;

    if (ret->n == PLACES_MOST || !take_number(&line, &r->place.sequence) ||
        !take_number(&line, &r->place.number) || !take_number(&line, &r->place.sent) ||
        !take_number(&line, &lost) || lost > 1 || *line == '\0' ||
        strlen(line) >= sizeof(r->name) || places_find(ret, line) != NULL)
        return false;
    r->place.lost = lost != 0;
    strcpy(r->name, line);
    ret->n++;
    return true;
}

static bool parse(char *text, struct places *ret)
{
    char *end;

    if (strncmp(text, heading, strlen(heading)) != 0)
        return false;
    ret->store_id = strtoull(text + strlen(heading), &end, 16);
    for (text = end; *text == '\n' && strcmp(text + 1, ending) != 0; text = end) {
        end = strchr(text + 1, '\n');
        if (end == NULL)
            return false;
        *end = '\0';
        if (!take_row(text + 1, ret))
            return false;
        *end = '\n';
    }
    return *text == '\n';
}

static int parse_file(const char *data, size_t size, struct places *ret)
{
    char text[FILE_MOST + 1];

    memcpy(text, data, size);
    text[size] = '\0';
    return strlen(text) == size && parse(text, ret) ? 0 : -EBADMSG;
}

int places_read(const char *path, struct places *ret)
{
    int dir = store_open_dir(path), err = dir < 0 ? dir : 0;
    void *data = NULL;
    size_t size = 0;

    *ret = (struct places){.n = 0};
    if (err == 0)
        err = fsio_read(dir, file_name, FILE_MOST, &data, &size);
    if (err == 0)
        err = parse_file(data, size, ret);
    if (err != 0)
        *ret = (struct places){.n = 0};
    free(data);
    if (dir >= 0)
        close(dir);
    return err;
}

/* ---- out --------------------------------------------------------------------------------- */

int places_write(const char *path, const struct places *p, bool durable)
{
    char text[FILE_MOST];
    size_t n = (size_t)snprintf(text, sizeof(text), "%s%016" PRIx64 "\n", heading, p->store_id);
    int dir = store_open_dir(path), err;

    if (dir < 0)
        return dir;
    for (size_t i = 0; i < p->n; i++) {
        const struct store_place *a = &p->row[i].place;

        n += (size_t)snprintf(text + n, sizeof(text) - n,
                              "%" PRIu32 " %" PRIu32 " %" PRIu32 " %d %s\n", a->sequence, a->number,
                              a->sent, a->lost, p->row[i].name);
    }
    n += (size_t)snprintf(text + n, sizeof(text) - n, "%s", ending);
    err = fsio_replace(dir, file_name, text, n, 0660, durable);
    close(dir);
    return err;
}

/* ---- which one holds ----------------------------------------------------------------------- */

/* Neither goes back: each is taken from where it is further. */
static bool further(const struct store_place *p, const struct store_place *than)
{
    return p->sequence > than->sequence ||
           (p->sequence == than->sequence && p->number > than->number);
}

void place_advance(struct store_place *p, const struct store_place *to)
{
    if (further(to, p)) {
        p->sequence = to->sequence;
        p->number = to->number;
    }
    if (to->sent > p->sent) {
        p->sent = to->sent;
        p->lost = to->lost;
    }
}

bool place_ahead(const struct store_place *p, const struct store_place *of)
{
    return further(p, of) || p->sent > of->sent;
}

/* It is known, but this log is another one and does not reach that far: all of it is news. */
static int begin_at_oldest(struct store *s, const char *name, struct store_place *ret)
{
    struct event *e = NULL;
    size_t n = 0;

    if (store_events_after(s, 0, 1, &e, &n) != 0)
        return -1;
    ret->sequence = n > 0 ? e[0].sequence - 1 : store_numbers(s).sequence;
    ret->number = ret->sequence;
    free(e);
    return store_set_place(s, name, ret);
}

int places_begin(const struct places *p, struct store *s, const char *name, struct store_place *ret)
{
    const struct store_place *kept = places_find(p, name);
    bool reaches = kept != NULL && kept->sequence <= store_numbers(s).sequence;
    int found;

    *ret = (struct store_place){0};
    found = store_find_place(s, name, ret);
    if (found < 0)
        return -1;
    if (found > 0 && reaches && p->store_id == store_id(s))
        place_advance(ret, kept);
    if (found > 0)
        return 0;
    if (kept == NULL)
        return store_place(s, name, ret);
    if (!reaches)
        return begin_at_oldest(s, name, ret);
    *ret = *kept;
    return store_set_place(s, name, ret);
}
