/* bk_value: parsing and checking the values of directives.
 *
 * Each function returns NULL, or an error message that says which values are allowed, in the
 * configuration's pool. They are called while httpd reads its configuration, in one thread.
 */
#ifndef BK_VALUE_H
#define BK_VALUE_H

#include <httpd.h>
#include <http_config.h>

#define BK_VALUE_UNSET (-1)

/** The value of a setting, or its default. */
#define bk_value_default(value, otherwise) ((value) == BK_VALUE_UNSET ? (otherwise) : (value))

/* A structure of settings has a macro that names them, EACH_SETTING(X), and these are what is done
 * to each: to conf->name, of own->name, base->name and defaults.name. */
#define BK_VALUE_INIT(name) conf->name = BK_VALUE_UNSET;
#define BK_VALUE_MERGE(name) conf->name = bk_value_default(own->name, base->name);
#define BK_VALUE_COMPLETE(name) conf->name = bk_value_default(conf->name, defaults.name);

/**
 * Read a duration, as httpd writes them: "5s", "500ms", "1h"; a bare number counts in @a unit.
 * @param value  set, in microseconds
 * @param least, most  the bounds, in microseconds
 */
const char *bk_value_duration(cmd_parms *cmd, const char *text, const char *unit,
                              apr_interval_time_t least, apr_interval_time_t most,
                              apr_interval_time_t *value);

/** Read an integer between two bounds. */
const char *bk_value_integer(cmd_parms *cmd, const char *text, int least, int most, int *value);

/** Read a size in bytes, with K, M or G for 1024, 1024 K or 1024 M: "64M". */
const char *bk_value_size(cmd_parms *cmd, const char *text, apr_int64_t least, apr_int64_t most,
                          apr_int64_t *value);

/** Read a URL path that begins and does not end with '/', or "Off". */
const char *bk_value_url_path(cmd_parms *cmd, const char *text, const char **value);

/** The same for a service that another service calls, which cannot be "Off". */
const char *bk_value_service_path(cmd_parms *cmd, const char *text, const char **value);

/** The error message for a word that is not one of the allowed ones. */
const char *bk_value_wrong(cmd_parms *cmd, const char *wanted, const char *got);

#endif
