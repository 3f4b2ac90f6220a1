/* bk_space_id: ids of spaces, and codes of buildings, as they appear in bodies and paths.
 *
 * The id of a space that the base API makes is the building's code with its blanks as '_', then
 * '-', then the room's number: "Main_Hall-101". In API v1 whoever makes a space names it. Since an
 * id becomes one segment of a URL's path, neither may contain characters that have a meaning in a
 * path.
 */
#ifndef BK_SPACE_ID_H
#define BK_SPACE_ID_H

#include <apr_pools.h>

/**
 * Tell whether a building's code is valid: 1 to 100 characters, no control character, none of "/ ?
 * # % \".
 * @param building  valid UTF-8
 * @param len       its length in bytes
 * @return 1 or 0
 */
int bk_space_id_building_ok(const char *building, apr_size_t len);

/**
 * Make the id of a space.
 * @param building  a valid building code
 * @param room      0 or more
 * @param p         the result lives here
 */
char *bk_space_id_make(const char *building, apr_int64_t room, apr_pool_t *p);

/** Characters of an id, at the most. */
#define BK_SPACE_ID_MOST 128

/**
 * Tell whether a text can be the id of a space: 1 to BK_SPACE_ID_MOST characters, no blank, no
 * control character, none of "/ ? # % \", and no name of another route beside it, such as "health".
 * Check it before it becomes part of a URL, so that it cannot reach another route.
 * @param id   valid UTF-8
 * @param len  its length in bytes
 * @return 1 or 0
 */
int bk_space_id_ok(const char *id, apr_size_t len);

#endif
