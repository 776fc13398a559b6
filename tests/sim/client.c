/* client.c: the client end of the control socket, for `btms-sim -C path -e command`. */
#include "control.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static FILE *client_connect(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (strlen(path) >= sizeof(address.sun_path)) {
        warnx("control socket %s: the path is too long", path);
        return NULL;
    }
    strcpy(address.sun_path, path);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address))) {
        warn("control socket %s: no simulator answers", path);
        return NULL;
    }
    return fdopen(fd, "r+");
}

/* Prints output lines up to the verdict. True if that is OK. */
static bool client_answer(FILE *peer, const char *command)
{
    char *line = NULL;
    size_t size = 0;
    bool good = false, ended = false;

    while (!ended && getline(&line, &size, peer) >= 0) {
        good = !strcmp(line, "OK\n");
        ended = good || !strncmp(line, "ERROR ", 6);
        if (!ended)
            fputs(line, stdout);
        else if (!good)
            fputs(line, stderr);
    }
    /* `quit` ends the simulator, perhaps before its OK is on its way. */
    if (!ended && !strcmp(command, "quit"))
        good = true;
    else if (!ended)
        warnx("\"%s\": the simulator went away without an answer", command);
    free(line);
    return good;
}

int control_client(const char *path, char *const *commands, int count)
{
    FILE *peer = client_connect(path);
    bool good = peer != NULL;

    for (int i = 0; i < count && good; i++) {
        fprintf(peer, "%s\n", commands[i]);
        good = fflush(peer) == 0 && client_answer(peer, commands[i]);
    }
    if (peer)
        fclose(peer);
    return good ? 0 : 1;
}
