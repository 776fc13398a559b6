/* See request.h. */
#include "ctl/request.h"

#include "ctl/exits.h"
#include "ctl/picture.h"
#include "ctl/show.h"

#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* Who is at the keyboard, also behind sudo. */
static void name_person(char *ret, size_t size)
{
    const char *name = getenv("SUDO_USER");
    const struct passwd *p = getpwuid(getuid());

    if (name == NULL || *name == '\0')
        name = getenv("USER");
    if (name == NULL || *name == '\0')
        name = p != NULL ? p->pw_name : "?";
    snprintf(ret, size, "%s", name);
}

static int64_t monotonic_ms(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

/* 0, or -1 when the store cannot be read. */
static int await(const struct request_way *way, struct store *s, struct store_request *r)
{
    const struct timespec moment = {.tv_nsec = 100000000};
    int64_t until = monotonic_ms() + 1000LL * way->wait_s;

    for (;;) {
        if (store_request(s, r->id, r) != 0)
            return -1;
        if (r->state != STORE_QUEUED || monotonic_ms() >= until)
            return 0;
        nanosleep(&moment, NULL);
    }
}

static int tell_answer(const struct request_way *way, const struct store_request *r)
{
    static const char *const states[] = {"queued", "done", "refused"};
    static const int codes[] = {EXIT_QUEUED, EXIT_WELL, EXIT_REFUSED};
    char text[320];

    if (r->state == STORE_QUEUED)
        snprintf(text, sizeof(text),
                 "request %" PRIu32 " is queued: collectd with the btms plugin does not run, or is "
                 "busy; it is served as soon as it can be",
                 r->id);
    else
        snprintf(text, sizeof(text), "%s", r->answer);
    if (way->json) {
        printf("{\"request\":%" PRIu32, r->id);
        show_json_field("state", states[r->state]);
        show_json_field("answer", text);
        puts("}");
    } else {
        fprintf(r->state == STORE_DONE ? stdout : stderr, "%s%s\n",
                r->state == STORE_REFUSED ? "refused: " : "", text);
    }
    return codes[r->state];
}

int request_submit(const struct request_way *way, struct store_request *r)
{
    char why[512];
    struct timespec ts;
    struct store *s = picture_store(way->data_dir, why, sizeof(why));
    int code = EXIT_UNKNOWN;

    if (s == NULL) {
        fprintf(stderr, "btmsctl: %s\n", why);
        return EXIT_UNKNOWN;
    }
    clock_gettime(CLOCK_REALTIME, &ts);
    r->asked_ms = ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
    if (*way->by != '\0')
        snprintf(r->by, sizeof(r->by), "%s", way->by);
    else
        name_person(r->by, sizeof(r->by));
    if (store_ask(s, r) == 0 && await(way, s, r) == 0)
        code = tell_answer(way, r);
    else
        fprintf(stderr, "btmsctl: %s\n", store_error(s));
    store_close(s);
    return code;
}
