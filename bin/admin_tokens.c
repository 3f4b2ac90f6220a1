#include "admin_tokens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

#include "admin.h"
#include "admin_people.h"
#include "bk_json_alone.h"
#include "bk_random.h"
#include "bk_space_id.h"
#include "bk_text.h"
#include "bk_time.h"
#include "user_scopes.h"

#define LABEL_MOST 100
#define DAYS_MOST 3650
#define PREFIX 10 /* characters of a token that are kept, for its owner to tell it by */
#define PAGE 500

/* ---- making -------------------------------------------------------------------------------------
 */

/* Read the scopes, separated by commas. @return them separated by blanks; NULL: one is none */
static const char *read_scopes(const char *given, apr_pool_t *p)
{
    char *rest = apr_pstrdup(p, given), *state;
    const char *name, *scopes = "";

    for (name = apr_strtok(rest, ",", &state); name; name = apr_strtok(NULL, ",", &state)) {
        if (!user_scopes_add(&scopes, name, p)) {
            return NULL;
        }
    }
    return *scopes ? scopes : NULL;
}

/* The spaces, separated by commas, as a JSON array. @return NULL: one is no id */
static const char *read_spaces(const char *given, apr_pool_t *p)
{
    char *rest = apr_pstrdup(p, given), *state;
    bk_json_text_t text;
    const char *id;

    bk_json_alone_begin(&text, p);
    bk_json_text_array(&text, NULL);
    for (id = apr_strtok(rest, ",", &state); id; id = apr_strtok(NULL, ",", &state)) {
        if (!bk_text_is_utf8(id) || !bk_space_id_ok(id, strlen(id))) {
            return NULL;
        }
        bk_json_text_string(&text, NULL, id);
    }
    bk_json_text_array_end(&text);
    return bk_json_alone_end(&text);
}

/* @return NULL, or what is wrong with the options */
static const char *read_options(user_token_t *token, const admin_settings_t *settings,
                                apr_pool_t *p)
{
    apr_int64_t days;

    token->label = settings->label;
    if (!token->label || !*token->label || !bk_text_is_utf8(token->label) ||
        bk_text_chars(token->label, strlen(token->label)) > LABEL_MOST ||
        bk_text_has_control(token->label, strlen(token->label))) {
        return "--label is required: 1 to 100 characters that say what the token is for";
    }
    token->scopes = settings->scopes ? read_scopes(settings->scopes, p) : NULL;
    if (!token->scopes) {
        return "--scopes is required: of " USER_SCOPES_NAMES ", separated by commas";
    }
    if (settings->spaces) {
        token->spaces = read_spaces(settings->spaces, p);
        if (!token->spaces || strcmp(token->spaces, "[]") == 0) {
            return "--spaces are ids of spaces, separated by commas";
        }
    }
    token->expires = INT64_MAX;
    if (settings->days) {
        if (!bk_text_int(settings->days, &days) || days < 1 || days > DAYS_MOST) {
            return "--days is a number from 1 to 3650";
        }
        token->expires = token->opened + apr_time_from_sec(days * 86400);
    }
    token->ends = token->expires;
    return NULL;
}

typedef struct adding_t {
    bk_db_t *db;
    user_token_t *token;
} adding_t;

static apr_status_t add(void *baton)
{
    adding_t *adding = baton;

    return user_store_v1_dbd.add_token(adding->db, adding->token, NULL);
}

int admin_tokens_make(bk_db_t *db, const char *const *words, const admin_settings_t *settings,
                      apr_pool_t *p)
{
    unsigned char digest[BK_TOKEN_DIGEST];
    user_token_t token = {.digest = digest, .kind = USER_TOKEN_API, .opened = apr_time_now()};
    adding_t adding = {db, &token};
    const char *secret, *wrong = read_options(&token, settings, p);
    apr_status_t rv;

    if (wrong) {
        return admin_fail(wrong, NULL);
    }
    if (admin_people_find(db, words[1], &token.user_id, p) != EXIT_SUCCESS) {
        return EXIT_FAILURE;
    }
    if (bk_token_make(&secret, p) != APR_SUCCESS ||
        bk_token_digest(secret, digest) != APR_SUCCESS) {
        return admin_fail("the system gives no random token", NULL);
    }
    token.seen = token.opened;
    token.prefix = apr_pstrmemdup(p, secret, PREFIX);
    rv = bk_random_insert(&token.id, add, &adding);
    if (rv == APR_EMISMATCH) {
        return admin_fail("there is no such user, or the user is disabled", NULL);
    }
    if (rv == APR_SUCCESS) {
        puts(secret);
    }
    return admin_people_report(db, rv);
}

/* ---- listing and ending -------------------------------------------------------------------------
 */

static const char *moment(apr_time_t time, apr_pool_t *p)
{
    return time > 0 && time < INT64_MAX / 1000 ? bk_time_format_utc(time * 1000, p) : "-";
}

typedef struct listing_t {
    apr_pool_t *p;
    apr_int64_t after;
    int count;
} listing_t;

static apr_status_t print_token(void *baton, const user_token_t *token)
{
    listing_t *listing = baton;
    apr_time_t used = token->seen == token->opened ? 0 : token->seen;

    printf("%" APR_INT64_T_FMT "\t%s\t%s\t%s\t%s\t%s\n", token->id, token->prefix,
           moment(used, listing->p), moment(token->expires, listing->p),
           token->scopes ? token->scopes : "-", token->label ? token->label : "-");
    listing->after = token->id;
    listing->count++;
    return APR_SUCCESS;
}

static apr_status_t print_session(void *baton, const user_token_t *token)
{
    listing_t *listing = baton;

    printf("%" APR_INT64_T_FMT "\t%s\t%s\t%s\n", token->id, moment(token->opened, listing->p),
           moment(token->seen, listing->p), token->agent ? token->agent : "-");
    listing->after = token->id;
    listing->count++;
    return APR_SUCCESS;
}

static int list(bk_db_t *db, const char *user, user_token_kind_t kind,
                apr_status_t (*print)(void *baton, const user_token_t *token), apr_pool_t *p)
{
    listing_t listing = {.p = p};
    user_person_t person;
    apr_int64_t id;
    apr_status_t rv;

    if (admin_people_find(db, user, &id, p) != EXIT_SUCCESS) {
        return EXIT_FAILURE;
    }
    rv = user_people_dbd.find(db, id, &person, p);
    while (rv == APR_SUCCESS) {
        listing.count = 0;
        rv = user_store_v1_dbd.each_token(db, id, kind, apr_time_now(), listing.after, PAGE, print,
                                          &listing, p);
        if (listing.count < PAGE) {
            break;
        }
    }
    return admin_people_report(db, rv);
}

int admin_tokens_list(bk_db_t *db, const char *const *words, const admin_settings_t *settings,
                      apr_pool_t *p)
{
    return list(db, words[1], USER_TOKEN_API, print_token, p);
}

int admin_tokens_sessions(bk_db_t *db, const char *const *words, const admin_settings_t *settings,
                          apr_pool_t *p)
{
    return list(db, words[1], USER_TOKEN_SESSION, print_session, p);
}

static int end(bk_db_t *db, const char *const *words, user_token_kind_t kind, const char *none,
               apr_pool_t *p)
{
    apr_int64_t user, id;
    apr_status_t rv;

    if (admin_people_find(db, words[1], &user, p) != EXIT_SUCCESS) {
        return EXIT_FAILURE;
    }
    rv = bk_text_id(words[2], &id) ? user_store_v1_dbd.end_token(db, user, kind, id) : APR_NOTFOUND;
    return rv == APR_NOTFOUND ? admin_fail(none, NULL) : admin_people_report(db, rv);
}

int admin_tokens_revoke(bk_db_t *db, const char *const *words, const admin_settings_t *settings,
                        apr_pool_t *p)
{
    return end(db, words, USER_TOKEN_API, "the user has no token of this id", p);
}

int admin_tokens_end(bk_db_t *db, const char *const *words, const admin_settings_t *settings,
                     apr_pool_t *p)
{
    return end(db, words, USER_TOKEN_SESSION, "the user has no session of this id", p);
}

int admin_tokens_log_out(bk_db_t *db, const char *const *words, const admin_settings_t *settings,
                         apr_pool_t *p)
{
    apr_int64_t id;

    return admin_people_find(db, words[1], &id, p) == EXIT_SUCCESS
               ? admin_people_report(db, user_store_dbd.log_out(db, id))
               : EXIT_FAILURE;
}
