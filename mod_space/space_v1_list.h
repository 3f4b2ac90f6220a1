/* space_v1_list: GET /v1/spaces and GET /v1/spaces/facets: what there is, by what is looked for. */
#ifndef SPACE_V1_LIST_H
#define SPACE_V1_LIST_H

#include "bk_input.h"
#include "bk_request.h"

/** The parameters of the list, and of the facets. */
extern const bk_input_row_t space_v1_list_rows[];
extern const bk_input_row_t space_v1_list_facets_rows[];

/** Register the hook that makes what each child keeps. */
void space_v1_list_register(apr_pool_t *p);

/** The handlers. */
int space_v1_list(bk_request_t *request);
int space_v1_list_facets(bk_request_t *request);

#endif
