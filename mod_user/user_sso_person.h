/* user_sso_person: who has signed on, as httpd's own authentication says it. */
#ifndef USER_SSO_PERSON_H
#define USER_SSO_PERSON_H

#include "user_private.h"
#include "user_sso_groups.h"

/** Bytes of an identity, at the most. */
#define USER_SSO_PERSON_IDENTITY_MOST 255

/** A person. Texts are UTF-8, in the request's pool. */
typedef struct user_sso_person_t {
    const char *identity;
    const char *login;               /* normalized; NULL: none was said that is a user's name */
    const char *display_name;        /* NULL: none was said */
    const char *mail;                /* NULL: none was said */
    const user_sso_groups_t *groups; /* NULL: UserSSOGroups is not set */
    int is_admin;                    /* 1 or 0; -1: UserSSOAdmin is not set */
} user_sso_person_t;

/**
 * Note that httpd has authenticated the user of a request, because it requires one. A hook of the
 * phase auth_checker.
 * @return DECLINED
 */
int user_sso_person_note(request_rec *r);

/**
 * Answer that a person may not sign on: 403; but where ErrorDocument says which page httpd's own
 * 403 leads to, a browser is sent there.
 * @param detail  as in bk_answer_problem()
 */
int user_sso_person_refuse(bk_request_t *request, const char *detail);

/**
 * Find out who has signed on, by the expressions of UserSSO....
 *
 * That r->user is set proves little: httpd keeps it where the password was wrong. So httpd has to
 * require a user for the path, and to have authenticated one for this very request, not for one
 * that was redirected here.
 * @param person  set
 * @return BK_CONTINUE; else the request's result: 500, if httpd has authenticated nobody or says no
 *         identity, which is a mistake of its configuration, and logged; 403, if the identity is
 *         none that could be kept
 */
int user_sso_person_read(bk_request_t *request, user_sso_person_t *person);

#endif
