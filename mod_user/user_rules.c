#include "user_rules.h"

#include <string.h>
#include <strings.h>

#include <apr_strings.h>

#include "bk_json.h"
#include "bk_name.h"
#include "bk_password.h"
#include "bk_random.h"
#include "bk_text.h"

#define NAME_CHARS 100

const char *user_rules_name(const char *name, apr_size_t len)
{
    if (len == 0) {
        return "A user name must not be empty";
    }
    if (!bk_json_is_text(name, len)) {
        return "A user name must be UTF-8";
    }
    if (bk_text_chars(name, len) > NAME_CHARS) {
        return "A user name must have at most 100 characters";
    }
    if (bk_text_has_control(name, len)) {
        return "A user name must not contain control characters";
    }
    /* RFC 7617, section 2: the first colon of Basic credentials ends the name. */
    if (strchr(name, ':')) {
        return "A user name must not contain a colon";
    }
    return NULL;
}

/* With UserAdminSignup, "admin" gives the role of an administrator. */
const char *const user_rules_reserved[] = {"admin",    "administrator", "root", "superuser",
                                           "sysadmin", "system",        NULL};

static const char *look_like(const char *name, const char *const *reserved, int is_admin,
                             apr_pool_t *p)
{
    const char *found;

    if (bk_name_resembles(name, reserved, &found, p) != APR_SUCCESS) {
        return "The user name cannot be compared with others";
    }
    if (!found || (is_admin && strcasecmp(name, found) == 0)) {
        return NULL;
    }
    return apr_psprintf(p,
                        strcasecmp(name, found) == 0 ? "The user name %s is reserved"
                                                     : "The user name looks like %s, which is "
                                                       "reserved",
                        found);
}

const char *user_rules_new_name(const char **name, const char *const *reserved, int is_admin,
                                apr_pool_t *p)
{
    const char *wrong = user_rules_name(*name, strlen(*name));

    if (!wrong && bk_name_normalise(name, *name, p) != APR_SUCCESS) {
        wrong = "The user name has no normal form (Unicode, NFC)";
    }
    if (!wrong) {
        wrong = user_rules_name(*name, strlen(*name));
    }
    if (!wrong) {
        wrong = bk_name_wrong(*name);
    }
    return wrong ? wrong : look_like(*name, reserved, is_admin, p);
}

const char *user_rules_normal(const char *name, apr_pool_t *p)
{
    const char *normal;

    return bk_name_normalise(&normal, name, p) == APR_SUCCESS ? normal : name;
}

int user_rules_is_name(const user_t *user, const char *name, apr_pool_t *p)
{
    return strcmp(user->name, name) == 0 || strcmp(user->name, user_rules_normal(name, p)) == 0;
}

const char *user_rules_password(const char *password, int minimum, const bk_password_list_t *list,
                                apr_pool_t *p)
{
    if (strlen(password) > BK_PASSWORD_BYTES) {
        return "A password must have at most 72 bytes in UTF-8";
    }
    if (bk_name_chars(password, p) < (apr_size_t)minimum) {
        return apr_psprintf(p, "A password must have at least %d characters", minimum);
    }
    return list && bk_password_list_has(list, password, p)
               ? "The password is one of the common ones, which are guessed first"
               : NULL;
}

const char *user_rules_email(const char *email, apr_size_t len)
{
    return len > USER_RULES_EMAIL_MOST || !bk_json_is_text(email, len) ||
                   bk_text_has_control(email, len)
               ? "An email address must have at most 254 bytes of UTF-8 without control characters"
               : NULL;
}

const char *user_rules_group(const char *name, apr_size_t len)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789", marks[] = "._-";
    apr_size_t i;

    if (len == 0 || len > USER_RULES_GROUP_MOST) {
        return "A group's name must have 1 to 64 characters";
    }
    if (!memchr(letters, *name, sizeof(letters) - 1)) {
        return "A group's name must begin with one of a to z or 0 to 9";
    }
    for (i = 1; i < len; i++) {
        if (!memchr(letters, name[i], sizeof(letters) - 1) &&
            !memchr(marks, name[i], sizeof(marks) - 1)) {
            return "A group's name must be made of a to z, 0 to 9, '.', '_' and '-'";
        }
    }
    return NULL;
}

typedef struct insertion_t {
    const user_store_verbs_t *verbs;
    void *handle;
    user_t *user;
    int is_unique;
} insertion_t;

static apr_status_t insert(void *baton)
{
    const insertion_t *this = baton;

    return (this->is_unique ? this->verbs->insert_unique : this->verbs->insert)(this->handle,
                                                                                this->user);
}

apr_status_t user_rules_insert(const user_store_verbs_t *verbs, void *handle, user_t *user,
                               int is_unique)
{
    insertion_t insertion = {verbs, handle, user, is_unique};

    return bk_random_insert(&user->id, insert, &insertion);
}
