/* space_v1_facets: how many spaces there are by building, by floor and by feature: what a bar of
 * filters shows. Needs no store. Used by one thread. */
#ifndef SPACE_V1_FACETS_H
#define SPACE_V1_FACETS_H

#include "space_v1_store.h"

typedef struct space_v1_facets_t space_v1_facets_t;

/** Begin. @param p  everything lives here */
space_v1_facets_t *space_v1_facets(apr_pool_t *p);

/** Add spaces that have the same building, floor and features. */
void space_v1_facets_add(space_v1_facets_t *facets, const space_v1_facet_t *facet);

/** Write the counts as JSON, each list in the order of its names. @return as bk_json_text_end() */
const char *space_v1_facets_json(space_v1_facets_t *facets, apr_size_t *len);

#endif
