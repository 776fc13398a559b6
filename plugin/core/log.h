/*
 * log - levels and one sink.
 *
 * Each program sets a sink at its start (the plugin: collectd's log). Until then messages go to
 * stderr. Thread-safe as far as the sink is. The core and the link log nothing: they return facts;
 * device and the programs say them, one line per change of state.
 */
#ifndef BTMS_LOG_H
#define BTMS_LOG_H

enum log_level {
    LOG_LEVEL_ERROR,   /* data lost or a part switched off; someone must act */
    LOG_LEVEL_WARNING, /* degraded, going on */
    LOG_LEVEL_NOTICE,  /* found, lost, back, learned */
    LOG_LEVEL_INFO,    /* what was configured */
};

typedef void log_sink(enum log_level level, const char *text);

/* NULL goes back to stderr. */
void log_set_sink(log_sink *sink);

/* One line, without a newline; cut at 1,023 bytes. */
void log_say(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
