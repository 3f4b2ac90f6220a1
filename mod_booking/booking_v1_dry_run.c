#include "booking_v1_dry_run.h"

#include "bk_answer_v1.h"
#include "booking_v1_json.h"
#include "booking_v1_refusal.h"

int booking_v1_dry_run_is_wanted(const bk_request_t *request)
{
    return bk_input_number(request->query, "dryRun", 0) != 0;
}

int booking_v1_dry_run(bk_request_t *request, const booking_space_t *space, const booking_v1_t *row,
                       booking_limits_t *limits)
{
    apr_status_t rv =
        booking_v1_verbs(request)->check(request->handle, row, limits, request->r->pool);
    const char *text;
    apr_size_t len;

    if (rv != APR_SUCCESS) {
        return booking_v1_refusal_store(request, space, row, limits, rv);
    }
    text = booking_v1_json(request, row, space, BOOKING_V1_JSON_DRY_RUN, &len);
    return bk_answer_json_text(request, HTTP_OK, text, len);
}
