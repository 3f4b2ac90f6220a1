#include "user_v1_site.h"

#include "bk_answer_v1.h"
#include "bk_json_text.h"
#include "bk_representation.h"

/* The path that httpd's own authentication protects, below that of API v1. */
#define SIGN_ON "/v1/session/sso"

int user_v1_site_get(bk_request_t *request)
{
    const user_conf_t *conf = user_config_of(request->conf);
    bk_json_text_t text;
    const char *data;
    apr_size_t len;

    bk_json_text_begin(&text, request->r->pool);
    bk_json_text_string(&text, "name", conf->site.name);
    bk_json_text_string(&text, "logo", conf->site.logo);
    bk_json_text_object(&text, "signIn");
    /* A page keeps no token: it signs in where the session may be a cookie. */
    bk_json_text_bool(&text, "password", (conf->schemes & USER_SCHEME_COOKIE) != 0);
    bk_json_text_string(&text, "signOn", conf->sso.on ? SIGN_ON : NULL);
    bk_json_text_object_end(&text);
    data = bk_json_text_end(&text, &len);
    request->cache_control = BK_ANSWER_V1_PUBLIC;
    return bk_representation_answer_weak(request, data, len);
}
