/* admin_lines: files of lists that are too long for a command line. */
#ifndef ADMIN_LINES_H
#define ADMIN_LINES_H

#include <apr_pools.h>

/**
 * Call a function for each line of a file. Empty lines and those that begin with "#" are left out.
 * @param file  its path; "-": standard input
 * @param line  gets each line without its end, and a pool that is cleared afterwards. After
 *              EXIT_FAILURE the next line is read all the same: all that is wrong is told at once
 * @return EXIT_SUCCESS; EXIT_FAILURE if any line failed, after a message with their numbers
 */
int admin_lines_each(const char *file, int (*line)(void *baton, char *line, apr_pool_t *p),
                     void *baton, apr_pool_t *p);

#endif
