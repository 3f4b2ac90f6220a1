/* user_site_conf: the directives BookableSite..., by which a house says what it is called.
 *
 * Only pages ask for it (GET /v1/site); the settings are constant once httpd has started.
 */
#ifndef USER_SITE_CONF_H
#define USER_SITE_CONF_H

#include <httpd.h>

#include <http_config.h>

typedef struct user_site_conf_t {
    const char *name; /* valid UTF-8; NULL: not set */
    const char *logo; /* the path of an image on this site; NULL: none */
    int has_logo;     /* whether logo was set, perhaps to none */
} user_site_conf_t;

/** What a house is called that does not say so. */
#define USER_SITE_CONF_NAME "Bookable"

/** Merge the settings of a virtual host with those of the main server. @param conf  the result */
void user_site_conf_merge(user_site_conf_t *conf, const user_site_conf_t *base,
                          const user_site_conf_t *own);

/** Put the default in the place of what was not set. */
void user_site_conf_complete(user_site_conf_t *conf);

const char *user_site_conf_set_name(cmd_parms *cmd, void *dir, const char *text);
const char *user_site_conf_set_logo(cmd_parms *cmd, void *dir, const char *text);

/** Rows of the module's table of directives. */
#define USER_SITE_CONF_DIRECTIVES                                                   \
    AP_INIT_TAKE1("BookableSiteName", user_site_conf_set_name, NULL, RSRC_CONF,     \
                  "What the house is called, on its pages"),                        \
        AP_INIT_TAKE1("BookableSiteLogo", user_site_conf_set_logo, NULL, RSRC_CONF, \
                      "The path of an image that stands beside that name; or 'None'")

#endif
