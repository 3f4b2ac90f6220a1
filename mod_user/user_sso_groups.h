/* user_sso_groups: which groups a person has here, from what the identity provider calls them.
 *
 * A module that signs people on says their groups in one text, with a separator: "rooms-staff,vpn".
 * UserSSOGroupMap has patterns of such names, and what they are called here. In a pattern "*"
 * stands for any characters, and "$1" to "$9" in the other name for what the first to the ninth of
 * them matched:
 *
 *     cn=rooms-*,ou=groups,dc=example,dc=org      $1
 *
 * Capital letters become small ones, for names of groups here have none (user_rules_group).
 *
 * Does not depend on httpd. Any thread may call.
 */
#ifndef USER_SSO_GROUPS_H
#define USER_SSO_GROUPS_H

#include <apr_pools.h>
#include <apr_tables.h>

/** Groups of a person, at the most. */
#define USER_SSO_GROUPS_MOST 64

/** A line of the map. */
typedef struct user_sso_groups_line_t {
    const char *pattern;
    const char *name;
} user_sso_groups_line_t;

/** A person's groups. */
typedef struct user_sso_groups_t {
    const apr_array_header_t *names; /* (const char *), sorted, each once, at most
                                        USER_SSO_GROUPS_MOST */
    int unmapped;                    /* how many names no line matches */
    int invalid;                     /* how many names are none that a group here can have */
    int surplus;                     /* how many were more than a person may have */
} user_sso_groups_t;

/**
 * Check a line of the map, when httpd reads its configuration.
 * @return NULL: nothing is wrong; else a sentence
 */
const char *user_sso_groups_wrong(const char *pattern, const char *name, apr_pool_t *p);

/**
 * Read a person's groups.
 * @param groups     set; its names live in @a p
 * @param list       the names that the provider gives, UTF-8; may be empty. A separator behind a
 *                   backslash is part of a name, as mod_shib writes it
 * @param separator  at least one character; blanks around a name do not belong to it
 * @param map        (user_sso_groups_line_t): the first line that matches a name decides; NULL:
 *                   each name is taken as it is
 */
void user_sso_groups_read(user_sso_groups_t *groups, const char *list, const char *separator,
                          const apr_array_header_t *map, apr_pool_t *p);

#endif
