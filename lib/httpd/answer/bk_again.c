#include "bk_again.h"

#include "bk_answer.h"

int bk_again(bk_request_t *request, int most, bk_again_attempt_t *attempt, void *baton)
{
    int i, result = BK_CONTINUE;

    for (i = 0; i < most && result == BK_CONTINUE; i++) {
        result = attempt(request, baton);
    }
    return result == BK_CONTINUE ? bk_answer_error(request, &bk_error_busy, NULL) : result;
}
