/* See replacements.h. */
#include "ctl/replacements.h"

#include "core/store.h"
#include "ctl/exits.h"
#include "ctl/picture.h"
#include "ctl/show.h"

#include <stdio.h>
#include <stdlib.h>

static void print_replacement(const struct store_replacement *r, bool json, bool first)
{
    char date[16];

    identity_write_date(r->is.date, date);
    if (!json) {
        printf("%s  %s / string %d / cell %d  %s (%s%s%s)\n", date, r->gateway, r->is.string,
               r->is.cell, *r->is.serial != '\0' ? r->is.serial : "-", r->by,
               *r->note != '\0' ? ": " : "", r->note);
        return;
    }
    fputs(first ? "{\"gateway\":" : ",{\"gateway\":", stdout);
    show_json_text(r->gateway);
    printf(",\"string\":%d,\"cell\":%d", r->is.string, r->is.cell);
    show_json_field("date", date);
    show_json_field("serial", r->is.serial);
    show_json_field("by", r->by);
    show_json_field("note", r->note);
    putchar('}');
}

int replacements_show(const char *data_dir, bool json)
{
    char why[512];
    struct store *s = picture_store(data_dir, why, sizeof(why));
    struct store_replacement *r = NULL;
    size_t n = 0;
    int rc;

    if (s == NULL) {
        fprintf(stderr, "btmsctl: %s\n", why);
        return EXIT_UNKNOWN;
    }
    rc = store_replacements(s, &r, &n);
    if (rc != 0)
        fprintf(stderr, "btmsctl: %s\n", store_error(s));
    fputs(json ? "[" : "", stdout);
    for (size_t i = 0; i < n; i++)
        print_replacement(&r[i], json, i == 0);
    fputs(json ? "]\n" : "", stdout);
    free(r);
    store_close(s);
    return rc == 0 ? EXIT_WELL : EXIT_UNKNOWN;
}
