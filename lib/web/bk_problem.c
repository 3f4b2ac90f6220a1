#include "bk_problem.h"

#include <string.h>

#include <apr_strings.h>

#define DEFINE(name, code, status, title, meaning) \
    const bk_problem_t bk_problem_##name = {code, status, title, meaning};
BK_PROBLEMS(DEFINE)

#define ADDRESS(name, code, status, title, meaning) &bk_problem_##name,
static const bk_problem_t *const problems[] = {BK_PROBLEMS(ADDRESS)};

#define COUNT (sizeof(problems) / sizeof(problems[0]))

const bk_problem_t *bk_problem_find(const char *code)
{
    size_t i;

    for (i = 0; i < COUNT; i++) {
        if (strcmp(problems[i]->code, code) == 0) {
            return problems[i];
        }
    }
    return NULL;
}

const bk_problem_t *bk_problem_of_status(int status)
{
    static const bk_problem_t *const of_httpd[] = {
        &bk_problem_bad_request,
        &bk_problem_not_signed_in,
        &bk_problem_forbidden,
        &bk_problem_not_found,
        &bk_problem_method_not_allowed,
        &bk_problem_not_acceptable,
        &bk_problem_timeout,
        &bk_problem_version_mismatch,
        &bk_problem_too_large,
        &bk_problem_unsupported_media_type,
        &bk_problem_bad_value,
        &bk_problem_version_required,
        &bk_problem_throttled,
        &bk_problem_header_too_large,
        &bk_problem_internal,
        &bk_problem_not_supported,
        &bk_problem_unavailable,
    };
    size_t i;

    for (i = 0; i < sizeof(of_httpd) / sizeof(of_httpd[0]); i++) {
        if (of_httpd[i]->status == status) {
            return of_httpd[i];
        }
    }
    return NULL;
}

const bk_problem_t *bk_problem_of_faults(const bk_faults_t *faults)
{
    const bk_problem_t *found = NULL;
    int i;

    for (i = 0; i < bk_fault_count(faults); i++) {
        const bk_problem_t *problem = bk_problem_find(bk_fault_at(faults, i)->code);

        if (problem && (!found || problem->status < found->status)) {
            found = problem;
        }
    }
    return found ? found : &bk_problem_bad_request;
}

/* Write errors[]. "in" is written only for a fault that is not in the body. */
static void write_faults(bk_json_text_t *text, const bk_faults_t *faults)
{
    int i;

    bk_json_text_array(text, "errors");
    for (i = 0; i < bk_fault_count(faults); i++) {
        const bk_fault_t *fault = bk_fault_at(faults, i);

        bk_json_text_object(text, NULL);
        if (fault->source == BK_FAULT_QUERY) {
            bk_json_text_string(text, "in", "query");
        }
        bk_json_text_string(text, "pointer", fault->pointer);
        bk_json_text_string(text, "code", fault->code);
        bk_json_text_string(text, "detail", fault->detail);
        bk_json_text_object_end(text);
    }
    bk_json_text_array_end(text);
    if (faults->is_cut) {
        bk_json_text_bool(text, "truncated", 1);
    }
}

/* The member detail: the request's own; else the detail of its only fault; else the problem's
 * meaning. */
static const char *detail_of(const bk_problem_t *problem, const bk_problem_about_t *about,
                             apr_pool_t *p)
{
    const bk_fault_t *fault;

    if (about->detail) {
        return about->detail;
    }
    if (!about->faults || bk_fault_count(about->faults) != 1) {
        return problem->meaning;
    }
    fault = bk_fault_at(about->faults, 0);
    return *fault->pointer ? apr_pstrcat(p, fault->pointer + 1, ": ", fault->detail, NULL)
                           : fault->detail;
}

static void begin(bk_json_text_t *text, const bk_problem_t *problem, apr_pool_t *p)
{
    bk_json_text_begin(text, p);
    bk_json_text_string(text, "type", apr_pstrcat(p, BK_PROBLEM_BASE, problem->code, NULL));
    bk_json_text_string(text, "title", problem->title);
    bk_json_text_int(text, "status", problem->status);
    bk_json_text_string(text, "code", problem->code);
}

void bk_problem_begin(bk_json_text_t *text, const bk_problem_t *problem,
                      const bk_problem_about_t *about, apr_pool_t *p)
{
    begin(text, problem, p);
    bk_json_text_string(text, "detail", detail_of(problem, about, p));
    if (about->instance) {
        bk_json_text_string(text, "instance", about->instance);
    }
    if (about->retry_after) {
        bk_json_text_int(text, "retryAfter", about->retry_after);
    }
    if (about->faults && bk_fault_count(about->faults) > 0) {
        write_faults(text, about->faults);
    }
}

const char *bk_problem_body(const bk_problem_t *problem, const bk_problem_about_t *about,
                            apr_size_t *len, apr_pool_t *p)
{
    bk_json_text_t text;

    bk_problem_begin(&text, problem, about, p);
    return bk_json_text_end(&text, len);
}

const char *bk_problem_document(const bk_problem_t *problem, apr_size_t *len, apr_pool_t *p)
{
    bk_json_text_t text;

    begin(&text, problem, p);
    bk_json_text_string(&text, "detail", problem->meaning);
    return bk_json_text_end(&text, len);
}
