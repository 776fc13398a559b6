/* The site thread while the clock is set: what it waits for is not measured by that clock. */
#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static _Atomic long step_s; /* of the wall clock */

/* In place of those of the C library. */
int clock_gettime(clockid_t id, struct timespec *ret)
{
    int rc = (int)syscall(SYS_clock_gettime, id, ret);

    if (id == CLOCK_REALTIME)
        ret->tv_sec += step_s;
    return rc;
}

time_t time(time_t *ret)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    if (ret != NULL)
        *ret = now.tv_sec;
    return now.tv_sec;
}

#include "site_fixture.h"

static void store__clock_set_back_a_day__opened_all_the_same(void **state)
{
    const struct timespec moment = {.tv_nsec = 20000000};
    char path[128];
    int waited = 0;

    (void)state;
    block();
    begin("gw-a", NULL);
    assert_int_equal(capture_count_of(LOG_LEVEL_ERROR, "the store fails"), 1);
    step_s = -86400;
    unblock();
    snprintf(path, sizeof(path), "%s/btms.db", data_dir);
    for (; access(path, F_OK) != 0 && waited < PATIENCE_MS; waited += 20)
        nanosleep(&moment, NULL);
    step_s = 0;
    assert_true(waited < PATIENCE_MS);
    assert_true(capture_wait("the store is back", 1));
    assert_true(post_news(0, 1, true)->stored);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(store__clock_set_back_a_day__opened_all_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
