#include "user_sso_groups.h"

#include <stdlib.h>
#include <string.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "user_rules.h"

/* What the stars of a pattern can be asked for: $1 to $9. */
#define STARS 9

/* What the stars of a pattern matched. */
typedef struct match_t {
    const char *text[STARS];
    apr_size_t len[STARS];
    int count;
} match_t;

static void note(match_t *match, const char *text, apr_size_t len)
{
    if (match->count < STARS) {
        match->text[match->count] = text;
        match->len[match->count] = len;
        match->count++;
    }
}

/* Match a name with a pattern. Each star but the last matches as little as it can: what follows it
 * is looked for from left to right, and only what follows the last star is bound to the end, so
 * that the time is that of one search for each star. */
static int matches(const char *pattern, const char *name, match_t *match)
{
    apr_size_t len = strcspn(pattern, "*");
    const char *rest, *found;

    match->count = 0;
    if (strncmp(pattern, name, len) != 0) {
        return 0;
    }
    name += len;
    for (pattern += len; *pattern; pattern += 1 + len) {
        rest = pattern + 1;
        len = strcspn(rest, "*");
        if (!rest[len]) {
            apr_size_t left = strlen(name);

            if (left < len || strcmp(name + left - len, rest) != 0) {
                return 0;
            }
            note(match, name, left - len);
            return 1;
        }
        for (found = name; *found && strncmp(found, rest, len) != 0; found++) {
        }
        if (strncmp(found, rest, len) != 0) {
            return 0;
        }
        note(match, name, (apr_size_t)(found - name));
        name = found + len;
    }
    return *name == '\0';
}

/* The name of a group here, with what the stars matched in the place of "$1". */
static const char *fill(const char *name, const match_t *match, apr_pool_t *p)
{
    const char *filled = "";
    apr_size_t len;

    for (; *name; name += len) {
        int star = name[0] == '$' && name[1] >= '1' && name[1] <= '9' ? name[1] - '1' : -1;

        if (star >= 0 && star < match->count) {
            filled = apr_pstrcat(p, filled, apr_pstrmemdup(p, match->text[star], match->len[star]),
                                 NULL);
            len = 2;
            continue;
        }
        len = 1 + strcspn(name + 1, "$");
        filled = apr_pstrcat(p, filled, apr_pstrmemdup(p, name, len), NULL);
    }
    return filled;
}

/* Names of groups here have no capital letters, and directories do not distinguish them. */
static const char *lower(const char *name, apr_pool_t *p)
{
    char *text = apr_pstrdup(p, name), *at;

    for (at = text; *at; at++) {
        if (*at >= 'A' && *at <= 'Z') {
            *at += 'a' - 'A';
        }
    }
    return text;
}

/* What a name is called here. @return NULL: no line matches */
static const char *mapped(const char *name, const apr_array_header_t *map, apr_pool_t *p)
{
    match_t match;
    int i;

    if (!map) {
        return name;
    }
    for (i = 0; i < map->nelts; i++) {
        const user_sso_groups_line_t *line = &APR_ARRAY_IDX(map, i, user_sso_groups_line_t);

        if (matches(line->pattern, name, &match)) {
            return fill(line->name, &match, p);
        }
    }
    return NULL;
}

const char *user_sso_groups_wrong(const char *pattern, const char *name, apr_pool_t *p)
{
    int stars = 0;
    const char *at;

    if (!*pattern || !*name) {
        return "neither a pattern nor a group's name is empty";
    }
    for (at = pattern; *at; at++) {
        stars += *at == '*';
    }
    if (stars > STARS) {
        return "a pattern has at most nine *";
    }
    for (at = strchr(name, '$'); at; at = strchr(at + 1, '$')) {
        if (at[1] < '1' || at[1] > '0' + stars) {
            return apr_psprintf(p,
                                "'$' in a group's name is followed by the number of one of the "
                                "pattern's *, of which there are %d",
                                stars);
        }
    }
    return strchr(name, '$') ? NULL : user_rules_group(name, strlen(name));
}

/* ---- the list -----------------------------------------------------------------------------------
 */

/* The next name of a list, without the blanks around it and the backslashes in front of separators.
 * @param list  set to what follows it; NULL: nothing does */
static const char *next_name(const char **list, const char *separator, apr_pool_t *p)
{
    apr_size_t len = strlen(separator);
    char *name = apr_palloc(p, strlen(*list) + 1), *end = name;
    const char *at = *list;

    while (*at && strncmp(at, separator, len) != 0) {
        if (*at == '\\' && strncmp(at + 1, separator, len) == 0) {
            at++;
        }
        *end++ = *at++;
    }
    *list = *at ? at + len : NULL;
    while (end > name && apr_isspace(end[-1])) {
        end--;
    }
    *end = '\0';
    while (apr_isspace(*name)) {
        name++;
    }
    return name;
}

static int compare(const void *one, const void *other)
{
    return strcmp(*(const char *const *)one, *(const char *const *)other);
}

/* Sort the names, and leave each once, and no more than a person may have. */
static void settle(user_sso_groups_t *groups, apr_array_header_t *names)
{
    int i, kept = 0;

    if (names->nelts > 0) {
        qsort(names->elts, (size_t)names->nelts, sizeof(const char *), compare);
    }
    for (i = 0; i < names->nelts; i++) {
        const char *name = APR_ARRAY_IDX(names, i, const char *);

        if (kept && strcmp(APR_ARRAY_IDX(names, kept - 1, const char *), name) == 0) {
            continue;
        }
        APR_ARRAY_IDX(names, kept++, const char *) = name;
    }
    groups->surplus = kept > USER_SSO_GROUPS_MOST ? kept - USER_SSO_GROUPS_MOST : 0;
    names->nelts = kept - groups->surplus;
    groups->names = names;
}

void user_sso_groups_read(user_sso_groups_t *groups, const char *list, const char *separator,
                          const apr_array_header_t *map, apr_pool_t *p)
{
    apr_array_header_t *names = apr_array_make(p, 8, sizeof(const char *));

    memset(groups, 0, sizeof(*groups));
    while (list) {
        const char *given = next_name(&list, separator, p), *name;

        if (!*given) {
            continue;
        }
        name = mapped(given, map, p);
        if (!name) {
            groups->unmapped++;
            continue;
        }
        name = lower(name, p);
        if (user_rules_group(name, strlen(name))) {
            groups->invalid++;
        }
        else {
            APR_ARRAY_PUSH(names, const char *) = name;
        }
    }
    settle(groups, names);
}
