/* bk_mapping: makes a service the handler of the requests under its path.
 *
 *     translate_name                  takes what other modules leave under the path
 *     map_to_storage, type_checker    keep httpd from looking for a file
 *     fixups                          checks access to a rewritten URL
 */
#ifndef BK_MAPPING_H
#define BK_MAPPING_H

#include <httpd.h>

/** Register the hooks. Called once, from bk_server_register(). */
void bk_mapping_register(apr_pool_t *p);

#endif
