#include "user_sso_recheck.h"

int user_sso_recheck_is_due(const bk_request_t *request, const user_session_t *session)
{
    const user_sso_conf_t *conf = &user_config_of(request->conf)->sso;

    return conf->on && conf->recheck && session->kind == USER_TOKEN_API && session->identity &&
           !session->is_service && session->signed_on + conf->recheck < apr_time_now();
}
