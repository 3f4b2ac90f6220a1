#include "user_managers.h"

#include <string.h>

#include "bk_text.h"
#include "user_rules.h"

#define GROUP "group:"
#define USER "user:"

/* What follows a beginning; NULL: the text begins otherwise. */
static const char *behind(const char *text, const char *beginning)
{
    apr_size_t len = strlen(beginning);

    return strncmp(text, beginning, len) == 0 ? text + len : NULL;
}

int user_managers_is_name(const char *text)
{
    const char *group = behind(text, GROUP), *user = behind(text, USER);
    apr_int64_t id;

    return (group && !user_rules_group(group, strlen(group))) || (user && bk_text_id(user, &id));
}

static int is_in(const bk_caller_t *caller, const char *group)
{
    int i;

    for (i = 0; i < caller->group_count; i++) {
        if (strcmp(caller->groups[i], group) == 0) {
            return 1;
        }
    }
    return 0;
}

int user_managers_has(const bk_request_t *request)
{
    const char *const *names = user_config_of(request->conf)->managers;
    const bk_caller_t *caller = &request->caller;
    apr_int64_t id;

    for (; names && *names; names++) {
        const char *group = behind(*names, GROUP), *user = behind(*names, USER);

        if (group ? is_in(caller, group) : bk_text_id(user, &id) && id == caller->id) {
            return 1;
        }
    }
    return 0;
}
