#include "user_rules.h"

#include <string.h>

#include "bk_json.h"
#include "bk_random.h"
#include "bk_text.h"

#define NAME_CHARS 100
#define EMAIL_BYTES 254 /* RFC 5321, section 4.5.3.1.3, less the angle brackets */
#define ID_ATTEMPTS 8

const char *user_rules_name(const char *name, apr_size_t len)
{
    if (len == 0) {
        return "A user name is not empty";
    }
    if (!bk_json_is_text(name, len)) {
        return "A user name is written in UTF-8";
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

const char *user_rules_email(const char *email, apr_size_t len)
{
    return len > EMAIL_BYTES || !bk_json_is_text(email, len) || bk_text_has_control(email, len)
               ? "An email address has at most 254 bytes of UTF-8 without control characters"
               : NULL;
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
