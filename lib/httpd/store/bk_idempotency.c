#include "bk_idempotency.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_answer_v1.h"
#include "bk_counts.h"
#include "bk_db_keys.h"
#include "bk_idempotency_key.h"
#include "bk_json_canonical.h"
#include "bk_origin.h"
#include "bk_settle.h"
#include "bk_store.h"

/* The key's hash and the request's fingerprint. The fingerprint is made of the key as well, which
 * the store does not have: so nobody who reads the store can try out bodies, as with passwords in
 * them. */
static apr_status_t make_key(const bk_request_t *request, const char *sent, bk_db_keys_t *key)
{
    request_rec *r = request->r;
    const char *route = apr_psprintf(r->pool, "%" APR_INT64_T_FMT " %s?%s", request->caller.id,
                                     r->uri, r->args ? r->args : "");
    const char *body = "";
    apr_size_t len = 0;
    apr_status_t rv =
        bk_idempotency_key_fingerprint(r->method, route, sent, strlen(sent), key->hash);

    if (request->body) {
        body = bk_json_canonical(request->body, &len, r->pool);
    }
    route = apr_pstrcat(r->pool, route, "\n", sent, NULL);
    return rv == APR_SUCCESS
               ? bk_idempotency_key_fingerprint(r->method, route, body, len, key->request)
               : rv;
}

int bk_idempotency_has_key(const bk_request_t *request)
{
    return apr_table_get(request->r->headers_in, "Idempotency-Key") &&
           request->route->flags & BK_ROUTE_IDEMPOTENT;
}

/* The key that was sent; NULL: there is none, or it has no meaning here. */
static const char *sent_key(const bk_request_t *request)
{
    const char *header = apr_table_get(request->r->headers_in, "Idempotency-Key"), *sent;

    if (!bk_idempotency_has_key(request) || !request->store->schema ||
        !bk_db_keys_are_kept(request->handle)) {
        return NULL;
    }
    return bk_idempotency_key_read(header, &sent, request->r->pool) == BK_IDEMPOTENCY_KEY_OK ? sent
                                                                                             : NULL;
}

static int refuse_secret(bk_request_t *request, const bk_db_keys_answer_t *answer)
{
    apr_table_setn(request->r->headers_out, "Location",
                   bk_origin_url(request->r, answer->location));
    return bk_answer_error(request, &bk_error_key_reused,
                           "It was made, and Location names it; its secret was shown once, and is "
                           "not kept. If you do not have the secret, delete this one and make "
                           "another with another key");
}

/* An answer without a body had a secret in it. */
static int replay(bk_request_t *request, const bk_db_keys_answer_t *answer)
{
    if (!answer->body) {
        return refuse_secret(request, answer);
    }
    apr_table_setn(request->r->headers_out, "Idempotency-Replayed", "true");
    bk_counts_replay();
    return bk_answer_created_v1(request, answer->location, answer->version, answer->body,
                                strlen(answer->body));
}

static int answer_again(bk_request_t *request, bk_db_keys_result_t result,
                        const bk_db_keys_answer_t *answer)
{
    return result == BK_DB_KEYS_KEPT ? replay(request, answer)
                                     : bk_answer_error(request, &bk_error_key_reused, NULL);
}

static int look_and_answer(bk_request_t *request)
{
    const char *sent = sent_key(request);
    bk_db_keys_result_t result;
    bk_db_keys_answer_t answer;
    bk_db_keys_t key;
    apr_status_t rv;

    if (!sent) {
        return BK_CONTINUE;
    }
    rv = make_key(request, sent, &key);
    if (rv == APR_SUCCESS) {
        rv = bk_db_keys_look(request->handle, &key, apr_time_now(), &result, &answer,
                             request->r->pool);
    }
    if (rv != APR_SUCCESS) {
        return bk_store_failed(request, rv);
    }
    return result == BK_DB_KEYS_NEW ? BK_CONTINUE : answer_again(request, result, &answer);
}

int bk_idempotency_replay(bk_request_t *request)
{
    int result;

    if (!bk_idempotency_has_key(request)) {
        return BK_CONTINUE;
    }
    result = bk_store_acquire(request);
    if (result == BK_CONTINUE) {
        result = look_and_answer(request);
    }
    if (result == BK_CONTINUE) {
        bk_store_release(request);
    }
    return result;
}

/* The transaction. */
static apr_status_t claim_and_make(bk_request_t *request, const bk_db_keys_t *key,
                                   bk_idempotency_make_t *make, void *baton,
                                   bk_idempotency_made_t *made, bk_db_keys_result_t *result,
                                   bk_db_keys_answer_t *answer)
{
    apr_time_t now = apr_time_now();
    apr_status_t rv = bk_db_keys_claim(request->handle, key, now, now + BK_IDEMPOTENCY_KEPT, result,
                                       answer, request->r->pool);

    if (rv != APR_SUCCESS || *result != BK_DB_KEYS_NEW) {
        return rv;
    }
    rv = make(request, baton, made);
    if (rv == APR_SUCCESS) {
        *answer = (bk_db_keys_answer_t){made->location, made->version,
                                        made->is_secret ? NULL : made->text};
        rv = bk_db_keys_keep(request->handle, key, answer);
    }
    return rv;
}

/* Whether the transaction was committed. Has the type bk_read_t. */
static apr_status_t look(bk_request_t *request, void *baton)
{
    return bk_db_keys_find(request->handle, baton, request->r->pool);
}

/* SQLite has one writer, and does not say who that is: it may be the first request with this key.
 * To ask again is right in any case, for nothing was done. */
static int answer_in_progress(bk_request_t *request, apr_status_t rv)
{
    apr_table_setn(request->r->headers_out, "Retry-After",
                   apr_itoa(request->r->pool, request->conf->retry_after));
    return bk_answer_error(request, &bk_error_key_in_progress,
                           rv == APR_TIMEUP
                               ? "Another request is being written, perhaps the first with this "
                                 "key: try again with the same key"
                               : NULL);
}

static int make_once(bk_request_t *request, bk_db_keys_t *key, bk_idempotency_make_t *make,
                     void *baton, bk_idempotency_made_t *made, apr_status_t *rv)
{
    bk_db_keys_result_t result = BK_DB_KEYS_KEPT; /* until the key was claimed */
    bk_db_keys_answer_t answer = {0};

    *rv = bk_db_begin(request->handle);
    if (*rv != APR_SUCCESS) {
        return *rv == APR_TIMEUP ? answer_in_progress(request, *rv) : BK_CONTINUE;
    }
    *rv = bk_db_end(request->handle,
                    claim_and_make(request, key, make, baton, made, &result, &answer));
    if ((*rv == APR_ETIMEDOUT || *rv == APR_TIMEUP) && result != BK_DB_KEYS_NEW) {
        return answer_in_progress(request, *rv);
    }
    *rv = bk_settle(request, *rv, look, key);
    if (*rv != APR_SUCCESS || result == BK_DB_KEYS_NEW) {
        return BK_CONTINUE;
    }
    return answer_again(request, result, &answer);
}

int bk_idempotency_make(bk_request_t *request, bk_idempotency_make_t *make, void *baton,
                        bk_idempotency_made_t *made, apr_status_t *rv)
{
    const char *sent = sent_key(request);
    bk_db_keys_t key;

    *made = (bk_idempotency_made_t){.text = NULL};
    if (!sent) {
        *rv = make(request, baton, made);
        return BK_CONTINUE;
    }
    *rv = make_key(request, sent, &key);
    return *rv == APR_SUCCESS ? make_once(request, &key, make, baton, made, rv) : BK_CONTINUE;
}
