#include "user_site_conf.h"

#include <string.h>
#include <strings.h>

#include "bk_text.h"
#include "bk_value.h"
#include "user_config.h"

/* Bytes: it stands at the head of every page. */
#define NAME_MAX_LENGTH 100
#define LOGO_MAX_LENGTH 500

void user_site_conf_merge(user_site_conf_t *conf, const user_site_conf_t *base,
                          const user_site_conf_t *own)
{
    conf->name = own->name ? own->name : base->name;
    conf->has_logo = own->has_logo || base->has_logo;
    conf->logo = own->has_logo ? own->logo : base->logo;
}

void user_site_conf_complete(user_site_conf_t *conf)
{
    if (!conf->name) {
        conf->name = USER_SITE_CONF_NAME;
    }
}

static user_site_conf_t *conf_of(const cmd_parms *cmd)
{
    return &((user_conf_t *)bk_conf_writable(cmd->server))->site;
}

/* Whether a text has a byte that no title and no path may have. */
static int has_control(const char *text)
{
    for (; *text; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7f) {
            return 1;
        }
    }
    return 0;
}

const char *user_site_conf_set_name(cmd_parms *cmd, void *dir, const char *text)
{
    apr_size_t len = strlen(text);

    if (len == 0 || len > NAME_MAX_LENGTH || has_control(text) || !bk_text_is_utf8(text)) {
        return bk_value_wrong(cmd, "a text of 1 to 100 bytes of UTF-8, without control characters",
                              text);
    }
    conf_of(cmd)->name = text;
    return NULL;
}

/* A path of this site: the page's policy lets the browser load images of no other. */
const char *user_site_conf_set_logo(cmd_parms *cmd, void *dir, const char *text)
{
    apr_size_t len = strlen(text);
    int none = strcasecmp(text, "None") == 0;

    if (!none && (len > LOGO_MAX_LENGTH || text[0] != '/' || text[1] == '/' || has_control(text) ||
                  strchr(text, '\\') || !bk_text_is_utf8(text))) {
        return bk_value_wrong(cmd, "'None', or a path of this site, such as /logo.svg", text);
    }
    conf_of(cmd)->logo = none ? NULL : text;
    conf_of(cmd)->has_logo = 1;
    return NULL;
}
