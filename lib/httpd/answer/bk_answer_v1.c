#include "bk_answer_v1.h"

#include <apr_strings.h>
#include <http_log.h>

#include "bk_conf.h"
#include "bk_origin.h"

/* ---- problems -----------------------------------------------------------------------------------
 */

/* The id of the request in a problem: the client's or mod_unique_id's, else that of httpd's own
 * logs
 * (%L). */
static const char *instance_of(request_rec *r)
{
    const char *id = bk_request_id(r);

    if (!id && !r->log_id) {
        ap_run_generate_log_id(r->connection, r, &r->log_id);
    }
    return id ? id : r->log_id;
}

/* @param write  NULL: the problem has no members of its own */
static int answer(bk_request_t *request, const bk_problem_t *problem, bk_problem_about_t *about,
                  bk_answer_members_t *write, const void *baton)
{
    bk_json_text_t text;
    const char *body;
    apr_size_t len;

    about->instance = instance_of(request->r);
    about->retry_after = bk_answer_retry_after(request, problem->status);
    bk_problem_begin(&text, problem, about, request->r->pool);
    if (write) {
        write(&text, baton);
    }
    body = bk_json_text_end(&text, &len);
    request->cache_control = BK_ANSWER_V1_PERSONAL;
    return bk_answer_error_text(request, problem->code, problem->status, BK_PROBLEM_MEDIA_TYPE,
                                body, len);
}

int bk_answer_problem(bk_request_t *request, const bk_problem_t *problem, const char *detail)
{
    return answer(request, problem, &(bk_problem_about_t){.detail = detail}, NULL, NULL);
}

int bk_answer_faults(bk_request_t *request, const bk_faults_t *faults)
{
    return answer(request, bk_problem_of_faults(faults), &(bk_problem_about_t){.faults = faults},
                  NULL, NULL);
}

static int answer_wrong(bk_request_t *request, bk_fault_source_t source, const char *name,
                        const char *what)
{
    bk_faults_t faults;

    bk_fault_none(&faults, request->r->pool);
    faults.source = source;
    bk_fault_add_value(&faults, name, what);
    return bk_answer_faults(request, &faults);
}

int bk_answer_wrong_member(bk_request_t *request, const char *member, const char *what)
{
    return answer_wrong(request, BK_FAULT_BODY, member, what);
}

int bk_answer_wrong_parameter(bk_request_t *request, const char *parameter, const char *what)
{
    return answer_wrong(request, BK_FAULT_QUERY, parameter, what);
}

int bk_answer_problem_with(bk_request_t *request, const bk_problem_t *problem, const char *detail,
                           bk_answer_members_t *write, const void *baton)
{
    return answer(request, problem, &(bk_problem_about_t){.detail = detail}, write, baton);
}

/* ---- errors of the base API ---------------------------------------------------------------------
 */

/* The problem of an error that has one of its own; NULL: its status decides. */
static const bk_problem_t *known_problem(const bk_error_t *error)
{
    static const struct {
        const bk_error_t *error;
        const bk_problem_t *problem;
    } known[] = {
        {&bk_error_malformed, &bk_problem_not_signed_in},
        {&bk_error_session_expired, &bk_problem_not_signed_in},
        {&bk_error_busy, &bk_problem_busy},
        {&bk_error_user_service, &bk_problem_dependency_unavailable},
        {&bk_error_cross_site, &bk_problem_cross_site},
        {&bk_error_json, &bk_problem_bad_body},
        {&bk_error_consistency, &bk_problem_bad_header},
        {&bk_error_health, &bk_problem_bad_parameter},
        {&bk_error_key, &bk_problem_bad_header},
        {&bk_error_key_reused, &bk_problem_idempotency_key_reused},
        {&bk_error_key_in_progress, &bk_problem_idempotency_in_progress},
        {&bk_error_unknown, &bk_problem_outcome_unknown},
        {&bk_error_capacity, &bk_problem_capacity},
    };
    unsigned int i;

    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (known[i].error == error) {
            return known[i].problem;
        }
    }
    /* Each module has an error of its own for each service that it asks. */
    return strcmp(error->code, bk_error_user_service.code) == 0 ? &bk_problem_dependency_unavailable
                                                                : NULL;
}

/* A problem for a status that none is made for: of a gateway's backend, or one of httpd's rarer
 * refusals. */
static const bk_problem_t *other_problem(int status, apr_pool_t *p)
{
    bk_problem_t *problem = apr_palloc(p, sizeof(*problem));

    if (status == HTTP_BAD_GATEWAY || status == HTTP_GATEWAY_TIME_OUT) {
        *problem = bk_problem_dependency_unavailable;
    }
    else {
        *problem = ap_is_HTTP_SERVER_ERROR(status) ? bk_problem_internal : bk_problem_bad_request;
    }
    problem->status = status;
    return problem;
}

/* Details that are the error's own are about the base API: the problem has a meaning instead. */
int bk_answer_error_problem(bk_request_t *request, const bk_error_t *error, const char *details)
{
    const bk_problem_t *problem = known_problem(error);

    if (!problem) {
        problem = bk_problem_of_status(error->standard);
    }
    if (!problem) {
        problem = other_problem(error->standard, request->r->pool);
    }
    return bk_answer_problem(request, problem, details != error->details ? details : NULL);
}

/* ---- other answers ------------------------------------------------------------------------------
 */

int bk_answer_created_v1(bk_request_t *request, const char *location, apr_int64_t version,
                         const char *text, apr_size_t len)
{
    request_rec *r = request->r;

    if (text) {
        apr_table_setn(r->headers_out, "Location", bk_origin_url(r, location));
        if (version) {
            apr_table_setn(r->headers_out, "ETag",
                           apr_psprintf(r->pool, "\"%" APR_INT64_T_FMT "\"", version));
        }
    }
    return bk_answer_json_text(request, HTTP_CREATED, text, len);
}

void bk_answer_vary_v1(bk_request_t *request)
{
    if (!request->r->main) {
        apr_table_mergen(request->r->headers_out, "Vary", "Authorization, Cookie, Accept");
    }
}
