/* bk_processes: CPU time and memory of this httpd's processes, from Linux's /proc (proc(5)).
 * Without /proc there are no such metrics.
 */
#ifndef BK_PROCESSES_H
#define BK_PROCESSES_H

#include <httpd.h>

/** Note which process is the parent. Called in post_config. */
void bk_processes_init(void);

/** Write the metrics of CPU time and memory. */
void bk_processes_metrics(request_rec *r);

#endif
