#include "bk_problems_page.h"

#include "bk_answer_v1.h"
#include "bk_problem.h"
#include "bk_representation.h"

/* It changes with a new version of the program only. */
#define CACHING "public, max-age=86400"

int bk_problems_page(bk_request_t *request)
{
    const bk_problem_t *problem = bk_problem_find(request->params[0]);
    const char *text;
    apr_size_t len;

    if (!problem) {
        return bk_answer_problem(request, &bk_problem_not_found,
                                 "There is no problem of this code");
    }
    text = bk_problem_document(problem, &len, request->r->pool);
    request->cache_control = CACHING;
    return bk_representation_answer(request, text, len);
}
