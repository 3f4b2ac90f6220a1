#include "bk_challenge.h"

#include <strings.h>

/* Whether a script of a web page sent the request, rather than a navigation. Browsers send
 * Sec-Fetch-Mode, which pages cannot set; for those that do not, the headers that script libraries
 * add decide. */
static int is_of_script(request_rec *r)
{
    const char *mode = apr_table_get(r->headers_in, "Sec-Fetch-Mode");

    return (mode && strcasecmp(mode, "navigate") != 0) ||
           apr_table_get(r->headers_in, "X-Requested-With");
}

static int taken(request_rec *r)
{
    APR_OPTIONAL_FN_TYPE(bk_user_takes) *takes = APR_RETRIEVE_OPTIONAL_FN(bk_user_takes);

    return takes ? takes(r->server) : BK_CHALLENGE_ALL;
}

#define BASIC "Basic realm=\"Bookable\", charset=\"UTF-8\""
#define BEARER "Bearer realm=\"Bookable\""

static const char *offer(int taken, int of_script)
{
    if (of_script || !(taken & BK_CHALLENGE_BASIC)) {
        return BEARER;
    }
    return taken & BK_CHALLENGE_BEARER ? BASIC ", " BEARER : BASIC;
}

void bk_challenge(request_rec *r)
{
    if (apr_table_get(r->headers_out, "WWW-Authenticate") ||
        apr_table_get(r->err_headers_out, "WWW-Authenticate")) {
        return;
    }
    apr_table_setn(r->headers_out, "WWW-Authenticate", offer(taken(r), is_of_script(r)));
}
