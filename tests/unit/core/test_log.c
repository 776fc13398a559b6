/* The one way out for messages. */
#include "core/log.h"
#include "../../support/capture.h"
#include "../../support/check.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void say__with_a_sink__level_and_text(void **state)
{
    (void)state;
    log_say(LOG_LEVEL_NOTICE, "gateway \"%s\": %d", "a", 7);
    assert_int_equal(capture_lines(), 1);
    assert_int_equal(capture_count_of(LOG_LEVEL_NOTICE, "gateway \"a\": 7"), 1);
    assert_string_equal(capture_last(), "gateway \"a\": 7");
}

static void say__each_level__kept(void **state)
{
    (void)state;
    for (int level = LOG_LEVEL_ERROR; level <= LOG_LEVEL_INFO; level++) {
        log_say((enum log_level)level, "x");
        assert_int_equal(capture_count_of((enum log_level)level, "x"), 1);
    }
}

static void say__very_long__cut_at_1023(void **state)
{
    char text[3000];

    (void)state;
    memset(text, 'a', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    log_say(LOG_LEVEL_ERROR, "%s", text);
    assert_int_equal(strlen(capture_last()), 1023);
}

static void say__percent_in_an_argument__as_it_is(void **state)
{
    (void)state;
    log_say(LOG_LEVEL_INFO, "%s", "100 %s %n");
    assert_string_equal(capture_last(), "100 %s %n");
}

/* Without a sink a line goes to descriptor 2, with its level in front. */
static void say__no_sink__stderr(void **state)
{
    FILE *file = tmpfile();
    int kept = dup(STDERR_FILENO);
    char line[100] = "";

    (void)state;
    assert_non_null(file);
    fflush(stderr);
    dup2(fileno(file), STDERR_FILENO);
    log_set_sink(NULL);
    log_say(LOG_LEVEL_WARNING, "nobody %s", "listens");
    fflush(stderr);
    dup2(kept, STDERR_FILENO);
    close(kept);
    rewind(file);
    assert_non_null(fgets(line, sizeof(line), file));
    assert_string_equal(line, "warning: nobody listens\n");
    fclose(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(say__with_a_sink__level_and_text, capture_start,
                                        capture_stop),
        cmocka_unit_test_setup_teardown(say__each_level__kept, capture_start, capture_stop),
        cmocka_unit_test_setup_teardown(say__very_long__cut_at_1023, capture_start, capture_stop),
        cmocka_unit_test_setup_teardown(say__percent_in_an_argument__as_it_is, capture_start,
                                        capture_stop),
        cmocka_unit_test_setup_teardown(say__no_sink__stderr, capture_start, capture_stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
