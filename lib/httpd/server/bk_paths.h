/* bk_paths: URL paths of the services of a server that hide one another, or lie within one another.
 */
#ifndef BK_PATHS_H
#define BK_PATHS_H

#include "bk_conf.h"

/**
 * Compare a service's paths with its own and those of the modules that were checked before.
 * Called for each server, once per reading of the configuration.
 * @param conf   of the server, complete
 * @param pconf  all modules' paths are kept here
 * @return what is wrong, for the administrator, in pconf; NULL: nothing
 */
const char *bk_paths_check(const server_rec *s, const bk_conf_t *conf, apr_pool_t *pconf);

/**
 * Note for each API of a service which paths of others lie below its own: requests for those are
 * theirs. Called for each server, after the paths of all modules were checked.
 * @param pconf  of bk_paths_check(); what is noted is allocated from it
 */
void bk_paths_note_inner(const server_rec *s, bk_conf_t *conf, apr_pool_t *pconf);

#endif
