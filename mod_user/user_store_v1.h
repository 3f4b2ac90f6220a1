/* user_store_v1: what API v1 needs of a store of users, beside the base's verbs (user_store.h):
 * accounts with a login, sessions and tokens that are listed and ended by themselves, groups.
 *
 * A group of verbs of its own, USER_STORE_V1; a store without it serves the base API alone. The
 * rules of user_store.h hold here too: the handle, the pool, the errors.
 *
 * Changes are compare-and-set: an account has a version, which each change of it raises by one,
 * changes by the base's verbs too.
 */
#ifndef USER_STORE_V1_H
#define USER_STORE_V1_H

#include "user_store.h"

/** The number of this group of verbs: bk_store_t.verbs, bk_route_t.group. */
#define USER_STORE_V1 1

/** Another account has the login. */
#define USER_LOGIN_TAKEN (APR_OS_START_USERERR + 3)

/** The account has another version than the change was made for. */
#define USER_VERSION_MISMATCH (APR_OS_START_USERERR + 4)

/* ---- accounts -----------------------------------------------------------------------------------
 */

/** An account: a row of the same table as user_t. Times are microseconds since the epoch. */
typedef struct user_v1_t {
    apr_int64_t id;
    const char *name;          /* what the base calls the user; not unique */
    const char *email;         /* NULL: there is none */
    const char *password_hash; /* "": it has no password, and none opens it */
    int is_admin;
    apr_time_t session_start, session_end; /* the base's */
    int is_disabled;
    const char *login;        /* as it was written; NULL: the account has none */
    const char *login_key;    /* user_store_v1_key() of the login; unique */
    const char *display_name; /* NULL: the name serves */
    const char *language;     /* RFC 5646 tag; NULL: not said */
    const char *time_zone;    /* IANA name; NULL: not said */
    const char *settings;     /* a JSON object of what else a person has chosen; NULL: nothing */
    const char *identity;     /* what a sign-on by httpd knows the person as; unique; or NULL */
    int is_auditor;
    int is_service; /* of a program: it has tokens and no password */
    apr_int64_t version;
    apr_time_t created;   /* 0: before times were kept */
    apr_time_t changed;   /* the same */
    apr_time_t signed_on; /* the last sign-on by httpd; 0: never */
    const char *sort_key; /* user_search_make(), as is the next. The verbs that write make both */
    const char *search;
    const char *groups; /* names in order, separated by commas; NULL: none. Not written */
} user_v1_t;

/** The columns of an account, without its groups. */
extern const bk_fields_t user_store_v1_fields;

/** The same with its groups, for reading. */
extern const bk_fields_t user_store_v1_fields_account;

/**
 * Fold a login, so that case does not matter (NFKC_Casefold); accents do.
 * @param key  set to the folded text
 * @return APR_SUCCESS; APR_EGENERAL if it is no UTF-8
 */
apr_status_t user_store_v1_key(const char **key, const char *login, apr_pool_t *p);

/* ---- sessions and tokens ------------------------------------------------------------------------
 */

/** What a row of user_tokens is. */
typedef enum user_token_kind_t {
    USER_TOKEN_BASE,    /* of a log-in by the base API */
    USER_TOKEN_SESSION, /* a session of API v1 */
    USER_TOKEN_API,     /* a token for programs */
    USER_TOKEN_NONE     /* no token: the caller sent a password */
} user_token_kind_t;

/** A session or token. Times are microseconds since the epoch. */
typedef struct user_token_t {
    const unsigned char *digest; /* BK_TOKEN_DIGEST bytes */
    apr_int64_t user_id;
    apr_time_t expires; /* when it ends, unless it is used before */
    apr_int64_t kind;   /* user_token_kind_t */
    apr_int64_t id;     /* by which it is listed and ended; BK_FIELD_NONE: it has none */
    const char *label;  /* what its owner calls it; or NULL */
    const char *prefix; /* the token's first characters, for its owner to tell it by; or NULL */
    const char *scopes; /* names, separated by blanks; NULL: all */
    const char *spaces; /* ids of spaces, as a JSON array; NULL: all */
    apr_time_t opened;
    apr_time_t seen;          /* when it was used, to the minute */
    apr_interval_time_t idle; /* how long it lasts unused; 0: that does not matter */
    apr_time_t ends;          /* its end, however often it is used */
    const char *agent;        /* User-Agent of who opened it; or NULL */
} user_token_t;

extern const bk_fields_t user_store_v1_fields_token;

/** Who is calling, and by what: the result of one statement. */
typedef struct user_session_t {
    apr_int64_t id; /* of the user, as are the next six */
    const char *name, *login, *display_name;
    int is_admin, is_auditor, is_service;
    const char *identity;
    apr_time_t signed_on;
    apr_time_t expires;
    apr_int64_t kind;
    apr_int64_t token_id; /* BK_FIELD_NONE: it has none */
    const char *scopes, *spaces;
    apr_time_t opened, seen;
    apr_interval_time_t idle;
    apr_time_t ends;
    const char *groups; /* as in user_v1_t */
} user_session_t;

extern const bk_fields_t user_store_v1_fields_session;

/** What httpd's own authentication says of a person who signs on. */
typedef struct user_sign_on_t {
    const char *identity;
    const char *display_name;  /* NULL: none is said */
    const char *email;         /* the same */
    const char *const *groups; /* names, each once */
    int group_count;           /* -1: groups are not said */
} user_sign_on_t;

/* ---- verbs --------------------------------------------------------------------------------------
 */

typedef struct user_store_v1_verbs_t {
    /** Find an account by id. */
    apr_status_t (*find)(void *handle, apr_int64_t id, user_v1_t *user, apr_pool_t *p);

    /** Find an account by the key of its login (user_store_v1_key), disabled ones too. */
    apr_status_t (*find_login)(void *handle, const char *key, user_v1_t *user, apr_pool_t *p);

    /** Find an account by its identity, disabled ones too. */
    apr_status_t (*find_identity)(void *handle, const char *identity, user_v1_t *user,
                                  apr_pool_t *p);

    /**
     * Add an account. Its version is 1, whatever the record says.
     * @return APR_EEXIST if an account has the id or the identity, or a deleted one had the id;
     *         USER_LOGIN_TAKEN
     */
    apr_status_t (*insert)(void *handle, const user_v1_t *user);

    /**
     * Write what a person may change of an account: name, email, login, login_key, display_name,
     * language, time_zone, settings. Roles, state, password and identity have verbs of their own.
     * @param user  with the version that it was read with
     * @return USER_VERSION_MISMATCH: it has another version, or is gone; USER_LOGIN_TAKEN
     */
    apr_status_t (*update)(void *handle, const user_v1_t *user, apr_time_t now);

    /** Find the session or token of a digest that has not expired at @a now, of a user who is not
     *  disabled. */
    apr_status_t (*find_token)(void *handle, const unsigned char digest[BK_TOKEN_DIGEST],
                               apr_time_t now, user_session_t *session, apr_pool_t *p);

    /**
     * Add a session or token, and delete the user's expired ones.
     * @param was  the hash that the password was compared with; NULL: none was
     * @return APR_EMISMATCH if it is not the user's any more, or the user is disabled or gone;
     *         APR_EEXIST if another has the id
     */
    apr_status_t (*add_token)(void *handle, const user_token_t *token, const char *was);

    /**
     * Note that a session or token was used.
     * @param before   nothing is written if it was seen after that
     * @param expires  its new end
     */
    apr_status_t (*touch)(void *handle, const unsigned char digest[BK_TOKEN_DIGEST],
                          apr_time_t before, apr_time_t seen, apr_time_t expires);

    /**
     * Call a function for each of a user's tokens of a kind that have not expired, the latest id
     * last.
     * @param after  only ids greater than this
     * @param limit  rows at the most
     */
    apr_status_t (*each_token)(void *handle, apr_int64_t user_id, user_token_kind_t kind,
                               apr_time_t now, apr_int64_t after, int limit,
                               apr_status_t (*visit)(void *baton, const user_token_t *token),
                               void *baton, apr_pool_t *p);

    /** Find one of a user's tokens by id. */
    apr_status_t (*find_own_token)(void *handle, apr_int64_t user_id, user_token_kind_t kind,
                                   apr_int64_t id, apr_time_t now, user_token_t *token,
                                   apr_pool_t *p);

    /** Revoke one of a user's tokens by id. @return APR_NOTFOUND if there is none */
    apr_status_t (*end_token)(void *handle, apr_int64_t user_id, user_token_kind_t kind,
                              apr_int64_t id);

    /** Revoke a token by its digest. @return APR_NOTFOUND if there is none */
    apr_status_t (*end_digest)(void *handle, const unsigned char digest[BK_TOKEN_DIGEST]);

    /**
     * Set another password; end the base's session and revoke all tokens but one.
     * @param was   the hash that the current password was compared with
     * @param keep  the digest of the session that stays; NULL: none does
     * @return APR_EMISMATCH: see user_store_verbs_t.set_password
     */
    apr_status_t (*set_password)(void *handle, apr_int64_t id, const char *was, const char *hash,
                                 const unsigned char *keep);

    /**
     * Note that a person has signed on, and write what is said: name and mail address, if they are
     * said; and the groups, in place of those that signing on gave before.
     * @return APR_NOTFOUND if no account that is not disabled has the id and the identity
     */
    apr_status_t (*sign_on)(void *handle, apr_int64_t id, const user_sign_on_t *said,
                            apr_time_t now);

    /** Call a function for each group of a user, in order of names, with "local" or "sso". */
    apr_status_t (*each_group)(void *handle, apr_int64_t user_id,
                               apr_status_t (*visit)(void *baton, const char *name,
                                                     const char *source),
                               void *baton, apr_pool_t *p);
} user_store_v1_verbs_t;

/** @see user_store_v1_verbs_t.sign_on */
apr_status_t user_store_v1_sign_on(void *handle, apr_int64_t id, const user_sign_on_t *said,
                                   apr_time_t now);

/** The verbs of the store in a database: beside user_store_dbd, with the same handle. */
extern const user_store_v1_verbs_t user_store_v1_dbd;

#endif
