#include "user_rules.h"

#include <string.h>

#include "bk_random.h"
#include "bk_text.h"

#define NAME_CHARS 100
#define ID_ATTEMPTS 8

const char *user_rules_name(const char *name, apr_size_t len)
{
    if (len == 0) {
        return "A user name is not empty";
    }
    if (bk_text_chars(name, len) > NAME_CHARS) {
        return "A user name has at most 100 characters";
    }
    if (bk_text_has_control(name, len)) {
        return "A user name holds no control characters";
    }
    /* RFC 7617, section 2: in Basic credentials the first colon ends the name. */
    if (strchr(name, ':')) {
        return "A user name holds no colon";
    }
    return NULL;
}

apr_status_t user_rules_insert(const user_store_verbs_t *verbs, void *handle, user_t *user)
{
    apr_status_t rv = APR_EEXIST;
    int attempts;

    for (attempts = 0; rv == APR_EEXIST && attempts < ID_ATTEMPTS; attempts++) {
        rv = bk_random_id(&user->id);
        if (rv == APR_SUCCESS) {
            rv = verbs->insert(handle, user);
        }
    }
    return rv;
}
