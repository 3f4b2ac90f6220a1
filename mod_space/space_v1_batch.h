/* space_v1_batch: POST /v1/spaces/batch: up to 200 new spaces at once, as JSON or as CSV. Each is
 * made or refused by itself, and the answer says what became of it. */
#ifndef SPACE_V1_BATCH_H
#define SPACE_V1_BATCH_H

#include "bk_request.h"

/** Spaces in a batch, and bytes of it, at the most. */
#define SPACE_V1_BATCH_MOST 200
#define SPACE_V1_BATCH_BYTES 262144

/** The handler. */
int space_v1_batch(bk_request_t *request);

#endif
