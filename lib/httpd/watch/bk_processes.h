/* bk_processes: what the processes of this httpd use, as Linux's /proc tells (proc(5)). Where
 * there is none nothing is said.
 */
#ifndef BK_PROCESSES_H
#define BK_PROCESSES_H

#include <httpd.h>

/** Note which process is the parent. Called in post_config. */
void bk_processes_init(void);

/** Write what Prometheus is to know of CPU time and memory. */
void bk_processes_metrics(request_rec *r);

#endif
