/*
 * main.c: btms-sim, a simulator of battery-monitoring gateways for tests and demonstrations.
 *
 * Arguments and script are carried out first, then "ready" is printed, then the loop runs until
 * SIGTERM, SIGINT or `quit`. Signals arrive through a descriptor like everything else.
 */
#include "command.h"
#include "conn.h"
#include "control.h"
#include "gateway.h"
#include "loop.h"
#include "reply.h"
#include "script.h"
#include "text.h"

#include <err.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>

enum { COMMANDS_MAX = 64 };

struct arguments {
    const char *control, *script;
    char *client[COMMANDS_MAX];
    int client_count;
    bool verbose;
};

static struct watch signals = {.fd = -1};

static void usage(void)
{
    fputs("usage: btms-sim [-C control-socket] [-f script] [-S seed] [-v] [command ...]\n"
          "       btms-sim -C control-socket -e command [-e command ...]\n",
          stderr);
    exit(2);
}

static void take_option(int option, struct arguments *a)
{
    switch (option) {
    case 'C':
        a->control = optarg;
        break;
    case 'f':
        a->script = optarg;
        break;
    case 'S':
        command_seed(strtoull(optarg, NULL, 0));
        break;
    case 'e':
        if (a->client_count == COMMANDS_MAX)
            errx(2, "option -e, more than %d times", COMMANDS_MAX);
        a->client[a->client_count++] = optarg;
        break;
    case 'v':
        a->verbose = true;
        break;
    default:
        usage();
    }
}

static void stop(struct watch *w, uint32_t events)
{
    (void)w;
    (void)events;
    loop_stop();
}

static void watch_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    signals.ready = stop;
    signals.fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (signals.fd < 0 || !loop_watch(&signals, EPOLLIN))
        err(2, "signals");
}

/* A hundred gateways with several connections each need more than the usual 1024 descriptors. */
static void raise_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

/* Everything before "ready". Ends the process with a message if something fails. */
static void start(const struct arguments *a, char *const *commands)
{
    struct text out = {0}, why = {0};
    bool good = true;

    for (; good && *commands; commands++)
        good = command_run(*commands, &out, &why);
    if (good && a->script)
        good = script_run(a->script, a->verbose, &out, &why);
    if (good && a->control)
        good = control_open(a->control, &why);
    if (a->verbose)
        fputs(text_string(&out), stderr);
    if (!good)
        errx(1, "%s", text_string(&why));
    text_done(&out);
    text_done(&why);
}

static void finish(void)
{
    control_close();
    script_done();
    while (gateways)
        gateway_free(gateways);
    loop_close(&signals);
}

int main(int argc, char **argv)
{
    struct arguments a = {0};
    int option;

    while ((option = getopt(argc, argv, "C:f:S:e:v")) >= 0)
        take_option(option, &a);
    if (a.client_count) {
        if (!a.control || optind < argc)
            usage();
        return control_client(a.control, a.client, a.client_count);
    }
    raise_limit();
    loop_init();
    reply_init();
    watch_signals();
    start(&a, argv + optind);
    puts("ready");
    fflush(stdout);
    loop_run(conn_flush_all);
    finish();
    return 0;
}
