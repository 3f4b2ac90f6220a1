/* bk_mapping: which requests are the service's.
 *
 *     translate_name                  what other modules leave under the service's path is ours
 *     map_to_storage, type_checker    and is not looked for among the files
 *     fixups                          what a rule made of a URL is held to its own sections
 */
#ifndef BK_MAPPING_H
#define BK_MAPPING_H

#include <httpd.h>

/** Register the hooks. Called once, from bk_server_register(). */
void bk_mapping_register(apr_pool_t *p);

#endif
