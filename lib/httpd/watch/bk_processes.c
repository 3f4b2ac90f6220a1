#include "bk_processes.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <apr_strings.h>
#include <http_protocol.h>

#include "bk_prometheus.h"

static pid_t parent; /* children inherit it */

typedef struct usage_t {
    apr_uint64_t ticks;     /* of CPU time */
    apr_uint64_t waited;    /* CPU time of children that have ended */
    apr_uint64_t own_kb;    /* private memory */
    apr_uint64_t shared_kb; /* shared memory and files */
    int processes;
} usage_t;

void bk_processes_init(void)
{
    parent = getpid();
}

/* @return the number of bytes read, terminated by NUL; 0 if there is no such file */
static size_t slurp(pid_t pid, const char *name, char *text, size_t size, apr_pool_t *p)
{
    FILE *file = fopen(apr_psprintf(p, "/proc/%ld/%s", (long)pid, name), "re");
    size_t len;

    if (!file) {
        return 0;
    }
    len = fread(text, 1, size - 1, file);
    fclose(file);
    text[len] = '\0';
    return len;
}

/* Parse the 14th to the 17th field of /proc/PID/stat. They are counted from the last parenthesis:
 * the second field, a name in parentheses, may contain anything. */
static int read_times(pid_t pid, usage_t *usage, apr_pool_t *p)
{
    unsigned long long user, system, waited_user, waited_system;
    const char *name_end;
    char text[1024];

    if (!slurp(pid, "stat", text, sizeof(text), p) || !(name_end = strrchr(text, ')')) ||
        sscanf(name_end + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %llu %llu",
               &user, &system, &waited_user, &waited_system) != 4) {
        return 0;
    }
    usage->ticks += user + system;
    usage->waited += waited_user + waited_system;
    return 1;
}

static apr_uint64_t kilobytes(const char *status, const char *name)
{
    const char *found = strstr(status, name);

    return found ? strtoull(found + strlen(name), NULL, 10) : 0;
}

static void read_memory(pid_t pid, usage_t *usage, apr_pool_t *p)
{
    char text[4096];
    apr_uint64_t shared;

    if (!slurp(pid, "status", text, sizeof(text), p)) {
        return;
    }
    usage->own_kb += kilobytes(text, "RssAnon:");
    shared = kilobytes(text, "RssFile:") + kilobytes(text, "RssShmem:");
    usage->shared_kb = shared > usage->shared_kb ? shared : usage->shared_kb;
}

static void add(pid_t pid, usage_t *usage, apr_pool_t *p)
{
    if (read_times(pid, usage, p)) {
        read_memory(pid, usage, p);
        usage->processes++;
    }
}

/* Add the parent's children, from /proc. The scoreboard is not used: it loses a child whose slot is
 * reused before the child has ended. */
static void add_children(usage_t *usage, apr_pool_t *p)
{
    char text[8192];
    char *rest = text;

    if (slurp(parent, apr_psprintf(p, "task/%ld/children", (long)parent), text, sizeof(text), p)) {
        for (;;) {
            char *end;
            long pid = strtol(rest, &end, 10);

            if (end == rest) {
                return;
            }
            add((pid_t)pid, usage, p);
            rest = end;
        }
    }
}

static void put_head(request_rec *r, const char *name, const char *type, const char *help)
{
    ap_rputs(bk_prometheus_head(name, type, help, r->pool), r);
}

void bk_processes_metrics(request_rec *r)
{
    double tick = 1.0 / (double)sysconf(_SC_CLK_TCK);
    usage_t children = {0}, own = {0};

    add_children(&children, r->pool);
    add(parent, &own, r->pool);
    if (!own.processes) {
        return;
    }
    put_head(r, "bookable_cpu_seconds_total", "counter", "CPU time of this httpd's processes.");
    ap_rprintf(r, "bookable_cpu_seconds_total{process=\"parent\"} %.2f\n",
               (double)own.ticks * tick);
    ap_rprintf(r, "bookable_cpu_seconds_total{process=\"child\"} %.2f\n",
               (double)(children.ticks + own.waited) * tick);
    put_head(r, "bookable_memory_bytes", "gauge", "Memory that this httpd's processes hold.");
    ap_rprintf(r, "bookable_memory_bytes{kind=\"own\"} %" APR_UINT64_T_FMT "\n",
               1024 * (own.own_kb + children.own_kb));
    ap_rprintf(r, "bookable_memory_bytes{kind=\"shared\"} %" APR_UINT64_T_FMT "\n",
               1024 * (own.shared_kb > children.shared_kb ? own.shared_kb : children.shared_kb));
    put_head(r, "bookable_processes", "gauge", "Processes of this httpd.");
    ap_rprintf(r, "bookable_processes{process=\"child\"} %d\n", children.processes);
}
