/* record.c: see record.h. One file for all gateways, so that who came before whom can be told. */
#include "record.h"

#include "gateway.h"
#include "loop.h"
#include "text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { READ_REQUEST = 12 };

static FILE *file;

bool record_start(const char *path, struct text *why)
{
    record_stop();
    file = fopen(path, "we");
    if (!file)
        text_add(why, "%s, %s", path, strerror(errno));
    return file != NULL;
}

void record_stop(void)
{
    if (file)
        fclose(file);
    file = NULL;
}

void record_request(const struct gateway *gw, const uint8_t *request, size_t length)
{
    int64_t us = loop_now() / 1000;

    if (!file || length < READ_REQUEST)
        return;
    fprintf(file, "%lld.%06lld %s %u %u %u\n", (long long)us / 1000000, (long long)us % 1000000,
            gw->name, request[6], request[8] << 8 | request[9], request[10] << 8 | request[11]);
}
